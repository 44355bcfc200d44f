import { hash } from "node:crypto";
import { toleratedShare } from "../statistics/detector.ts";
import type { PairedCounts } from "../statistics/paired.ts";
import type { CertificateKind, Origin } from "./ledger-events.ts";

/** What a certificate was made of, in the order in which it is told. */
export const CERTIFIED = ["prompt", "model", "tool", "comparator", "domain"] as const;

export type Certified = (typeof CERTIFIED)[number];

/** What a certificate is about. Each is SHA-256 in hexadecimal. */
interface CertifiedHashes {
  /** The worker's instructions, tools, settings and output schema: `promptHash`. */
  readonly prompt: string;
  readonly model: string;
  /** The tool's file with the relative files that it reads, or the other prompt: `codeHash`. */
  readonly tool: string;
  /** The answers to the first {@link Certificate.inputs} inputs of the list: `answersHash`. */
  readonly answers: string;
  readonly comparator: string;
  /** As the tool's, or of `templates.json`; absent where there is no guard. */
  readonly domain?: string;
  /** The head of the ledger after the look: `head`. */
  readonly ledger: string;
}

/** How often the candidate gave the prompt's answer, of the held-out inputs that count. */
interface CertifiedAgreement {
  readonly n: number;
  readonly agreed: number;
  /** Bounds of the share of inputs, each at `alpha`. */
  readonly lower: number;
  readonly upper: number;
  /** Said where agreement is the claim; by templates where those are the unit. */
  readonly verdict?: "supported";
  /** `template` where the guard lets in templates that it does not list. */
  readonly unit: "input" | "template";
  readonly templates?: CertifiedTemplates;
}

interface CertifiedTemplates {
  readonly n: number;
  /** Templates all of whose held-out inputs agree. */
  readonly agreed: number;
  readonly lower: number;
  /** As if so many were of equal size: `effectiveNumber`. */
  readonly effective: number;
}

/** What both kinds of certificate say. New recordings leave it valid: it is not about their set. */
interface CertificateBase {
  /** The format. */
  readonly certificate: 2;
  readonly worker: { readonly name: string; readonly file: string };
  /** `worker`: a cheaper model or prompt. */
  readonly candidate: "tool" | "worker";
  /** `file.ts#tool`, or the file of the other worker. */
  readonly tool: string;
  /** `file.domain.ts#export`, or `hardening/NAME/templates.json`. */
  readonly domain?: string;
  /** From 1, by kind: the ledger's number of what was looked at. */
  readonly version: number;
  /** The risk of a wrong claim that this version has: `versionRisk`. */
  readonly alpha: number;
  readonly hashes: CertifiedHashes;
  /** How many inputs the list had, train and opened ones included: the m of the look. */
  readonly inputs: number;
  readonly agreement: CertifiedAgreement;
  /** Held-out inputs that the guard left to the prompt; bounds by `rareInterval`. */
  readonly fallback: {
    readonly n: number;
    readonly fellBack: number;
    readonly lower: number;
    readonly upper: number;
  };
  /** How often the candidate disagrees with one fresh answer of the prompt: what the alarm compares. `upper` by `rareInterval`. */
  readonly single: { readonly n: number; readonly disagreed: number; readonly upper: number };
  /** Where the counted inputs were recorded; `scripted`: how many of them a script answered. */
  readonly sources: Readonly<Record<Origin | "scripted", number>>;
  /** How many samples the reference answer is the majority of. */
  readonly reference: number;
  /** ISO 8601, as given with `--since`. */
  readonly since?: string;
  readonly fresh?: boolean;
  /** ISO 8601. */
  readonly madeAt: string;
  /** What `--strict` adds. */
  readonly strict?: { readonly mutationScore: number };
  /** SHA-256 over all of the above, by which an edit shows: {@link checksumOf}. */
  readonly checksum: string;
}

/** "The code gives the prompt's answer in at least so many of a hundred inputs." */
export interface AgreementCertificate extends CertificateBase {
  readonly kind: "agreement";
  /** The share that is claimed. */
  readonly claim: number;
}

/** "The code is right no less often than the prompt, but for a margin." */
export interface NoWorseCertificate extends CertificateBase {
  readonly kind: "no-worse";
  /** The loss of accuracy that would not matter, as a share. */
  readonly margin: number;
  /** `loss`: the code loses at most this share; below 0 it is better by at least as much. */
  readonly paired: PairedCounts & { readonly loss: number };
}

/** What a comparison has shown, for whoever promotes by it. Written only when it is supported. */
export type Certificate = AgreementCertificate | NoWorseCertificate;

/** A certificate without what {@link makeCertificate} adds. */
export type CertificateParts =
  | Omit<AgreementCertificate, "certificate" | "checksum">
  | Omit<NoWorseCertificate, "certificate" | "checksum">;

/** All that a certificate says; its format and the order of its fields are this function's. */
export function makeCertificate(parts: CertificateParts): Certificate {
  const { worker, candidate, tool, domain, version, alpha, hashes, inputs, agreement } = parts;
  const { fallback, single, sources, reference, since, fresh, madeAt, strict } = parts;
  const claimed =
    parts.kind === "agreement"
      ? ({ kind: parts.kind, claim: parts.claim } as const)
      : ({ kind: parts.kind, margin: parts.margin, paired: parts.paired } as const);
  const said = {
    certificate: 2,
    ...claimed,
    worker,
    candidate,
    tool,
    ...(domain === undefined ? {} : { domain }),
    version,
    alpha,
    inputs,
    agreement,
    fallback,
    single,
    sources,
    reference,
    ...(since === undefined ? {} : { since }),
    ...(fresh === undefined ? {} : { fresh }),
    hashes,
    madeAt,
    ...(strict === undefined ? {} : { strict }),
  } as const;
  return { ...said, checksum: checksumOf(said) };
}

/** The text of a certificate's file. */
export function formatCertificate(certificate: Certificate): string {
  return `${JSON.stringify(certificate, null, 2)}\n`;
}

/** The checksum of all that a certificate says. It finds edits; it is not a signature. */
export function checksumOf(said: object): string {
  const { checksum: _old, ...rest } = { checksum: "", ...said };
  return hash("sha256", `llm-do certificate\n${JSON.stringify(sorted(rest))}`);
}

/** With all keys in one order: a formatter may change that. */
function sorted(value: object): object {
  const entries = Object.entries(value).map(([key, one]: [string, unknown]) => {
    return [key, typeof one === "object" && one !== null ? sorted(one) : one] as const;
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * p0, the share of comparisons that may disagree: what the claim leaves open, or what single answers
 * of the prompt differ by anyway. A certificate that claims no agreement leaves only the second.
 */
export function toleratedBy(certificate: Certificate): number {
  const claim = certificate.kind === "agreement" ? certificate.claim : 1;
  return toleratedShare({ claim, singleUpper: certificate.single.upper });
}

export function modelHash(model: string): string {
  return hash("sha256", model);
}

/** The certificate that `promote` reads unless it is told of another. */
export const CERTIFICATE_FILE = "certificate.json";

/** What decides which file a certificate goes to. */
interface CertificateName {
  readonly kind: CertificateKind;
  /** Undefined for `no-worse`. */
  readonly claim?: number;
  readonly tool: string;
}

/**
 * The name of the file that a supported look is written to. A look at another claim, kind or tool never
 * overwrites the certificate that code may be answering by: it gets a file of its own, as in
 * `certificate-0.95.json`, `certificate-no-worse.json` or `certificate-other_tool.json`.
 *
 * @param existing the `certificate.json` of the folder; undefined where there is none, or none that
 * can be read
 */
export function certificateFile(
  made: CertificateName,
  existing: CertificateName | undefined,
): string {
  if (!existing) return CERTIFICATE_FILE;
  const isSameClaim = existing.kind === made.kind && existing.claim === made.claim;
  const differences = [
    ...(isSameClaim ? [] : [made.kind === "agreement" ? String(made.claim) : made.kind]),
    ...(existing.tool === made.tool ? [] : [toolName(made.tool)]),
  ];
  return ["certificate", ...differences].join("-").concat(".json");
}

/** The last name of a reference, as it may stand in a file's name. */
function toolName(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("#") + 1);
  return name.slice(name.lastIndexOf("/") + 1).replaceAll(/[^\w.]+/g, "_");
}
