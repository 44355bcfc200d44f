import { hash } from "node:crypto";
import { canonicalJson } from "../model/canonical.ts";
import type { Json } from "../model/json.ts";
import type { RerunCounts } from "./noninferiority.ts";
import type { Verdict } from "./verdict.ts";

/** What a certificate was made of, in the order in which it is told. */
export const CERTIFIED = ["prompt", "model", "tool", "comparator", "domain", "recordings"] as const;

export type Certified = (typeof CERTIFIED)[number];

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
  /** SHA-256 over all of the above, by which an edit shows: {@link checksumOf}. */
  readonly checksum: string;
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
export function makeCertificate(parts: Omit<Certificate, "certificate" | "checksum">): Certificate {
  const { worker, tool, domain, hashes, agreement, alpha, looks, noise, madeAt } = parts;
  const said: Omit<Certificate, "checksum"> = {
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
  return { ...said, checksum: checksumOf(said) };
}

/** The checksum of all that a certificate says. It finds edits; a signature it is not. */
export function checksumOf(certificate: Omit<Certificate, "checksum">): string {
  const { checksum: _old, ...said } = { checksum: "", ...certificate };
  return hash("sha256", `llm-do certificate\n${JSON.stringify(sorted(said))}`);
}

/** With all keys in one order: a formatter may change that. */
function sorted(value: object): object {
  const entries = Object.entries(value).map(([key, one]: [string, unknown]) => {
    return [key, typeof one === "object" && one !== null ? sorted(one) : one] as const;
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
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
