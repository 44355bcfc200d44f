import { hash } from "node:crypto";
import { canonicalJson } from "../model/canonical.ts";
import type { Json } from "../model/json.ts";
import type { RerunCounts } from "./noninferiority.ts";
import type { Verdict } from "./verdict.ts";

/** What a comparison was about. Each is SHA-256 in hexadecimal. */
export interface CertifiedHashes {
  /** The worker's instructions, tools, settings and output schema: {@link promptHash}. */
  readonly prompt: string;
  readonly model: string;
  /** The tool's file with the relative files that it imports, or the other prompt: `codeHash`. */
  readonly tool: string;
  readonly comparator: string;
  /** As the tool's; absent where there is no domain. */
  readonly domain?: string;
  /** The set of inputs and outputs that were compared: {@link recordingsHash}. */
  readonly recordings: string;
}

/** What a comparison found, for whoever swaps by it. Written whatever the verdict is. */
export interface Certificate {
  /** The format. */
  readonly certificate: 1;
  readonly worker: { readonly name: string; readonly file: string };
  /** `file.ts#tool`, or the file of the other worker. */
  readonly tool: string;
  /** `file.domain.ts#export`. */
  readonly domain?: string;
  readonly hashes: CertifiedHashes;
  readonly agreement: CertifiedAgreement;
  /** The risk of a wrong claim over all looks together. */
  readonly alpha: number;
  /** How often the holdout was looked at, this time included. */
  readonly looks: number;
  /** How the prompt agrees with itself; absent where nothing was asked twice. */
  readonly noise?: RerunCounts & { readonly promptAgreed: number };
  /** ISO 8601. */
  readonly madeAt: string;
  readonly exitCode: number;
  /** What `--strict` adds. */
  readonly strict?: { readonly mutationScore: number };
}

/** A verdict as it is written down. */
export interface CertifiedAgreement {
  readonly n: number;
  readonly agreed: number;
  readonly lower: number;
  readonly upper: number;
  readonly claim: number;
  readonly verdict: Verdict["verdict"];
  /** Further distinct held-out inputs; there where the verdict is `inconclusive`. */
  readonly needed?: number;
}

/** All that a certificate says; its format and the order of its fields are this function's. */
export function makeCertificate(parts: Omit<Certificate, "certificate">): Certificate {
  const { worker, tool, domain, hashes, agreement, alpha, looks, noise, madeAt } = parts;
  return {
    certificate: 1,
    worker,
    tool,
    ...(domain === undefined ? {} : { domain }),
    hashes,
    agreement,
    alpha,
    looks,
    ...(noise === undefined ? {} : { noise }),
    madeAt,
    exitCode: parts.exitCode,
    ...(parts.strict === undefined ? {} : { strict: parts.strict }),
  };
}

/** Which hashes of a certificate no longer fit what is there now, by name; none when it fits. */
export function certificateProblems(
  { hashes }: Certificate,
  now: CertifiedHashes,
): readonly (keyof CertifiedHashes)[] {
  const names = ["prompt", "model", "tool", "comparator", "domain", "recordings"] as const;
  return names.filter((name) => hashes[name] !== now[name]);
}

export function modelHash(model: string): string {
  return hash("sha256", model);
}

/** One input with an answer that the prompt gave to it. */
export interface RecordedPair {
  /** As `splitInput` gives it. */
  readonly key: string;
  readonly output: Json;
}

/** The hash of a set of recordings: neither their order nor how often each is there matters. */
export function recordingsHash(pairs: Iterable<RecordedPair>): string {
  const lines = new Set<string>();
  for (const { key, output } of pairs) lines.add(`${key} ${canonicalJson(output)}`);
  return hash("sha256", [...lines].sort().join("\n"));
}
