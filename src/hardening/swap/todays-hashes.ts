import { hash } from "node:crypto";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Certified } from "../../project/lock/certificate-file.ts";
import { codeHashes, promptHash } from "../../project/lock/certified.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { type Comparator, comparatorHash } from "../comparator.ts";
import type { RecordedCall } from "../recordings/recorded-call.ts";

/** All that a certificate is made of, as it is today. */
export interface CertifiedParts {
  readonly worker: WorkerFunction;
  readonly model: string;
  readonly code: Pick<LockedFunction, "tool" | "domain">;
  /** The folder that the code's paths are relative to, absolute. */
  readonly folder: string;
  readonly comparator: Comparator;
  readonly calls: readonly RecordedCall[];
}

/** The hashes that a certificate made today would have. */
export function todaysHashes(
  { worker, model, code, folder, comparator, calls }: CertifiedParts,
  files: FileSystem,
): Partial<Record<Certified, string>> {
  return {
    prompt: promptHash(worker),
    model: hash("sha256", model),
    ...codeHashes(code, folder, files),
    comparator: comparatorHash(comparator),
    recordings: recordingsHash(calls),
  };
}

/** SHA-256 of the set of inputs with their outputs: neither order nor repeats count. */
export function recordingsHash(calls: readonly Pick<RecordedCall, "input" | "output">[]): string {
  const pairs = calls.map(({ input, output }) => canonicalJson([input, output]));
  return hash("sha256", [...new Set(pairs)].sort().join("\n"));
}
