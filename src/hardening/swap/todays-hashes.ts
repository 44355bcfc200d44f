import { dirname, resolve } from "node:path";
import { modelHash, recordingsHash } from "../../certificate/certificate.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import type { Certified } from "../../project/lock/certificate-file.ts";
import { codeHashes } from "../../project/lock/certified.ts";
import type { FoundLock } from "../../project/lock/find-lock.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { promptHash } from "../../project/lock/prompt-hash.ts";
import { loadProjectConfig } from "../../project/project-config.ts";
import { workerHead } from "../../runtime/worker-head.ts";
import { type Comparator, comparatorHash } from "../comparator.ts";
import { promptRecordings } from "../compare/prompt-recordings.ts";
import { findCassettes } from "../recordings/find-cassettes.ts";

/** What a certificate would be made of today. */
export interface CertifiedParts {
  readonly worker: WorkerFunction;
  readonly entry: LockedFunction;
  readonly lock: FoundLock;
  readonly comparator: Comparator;
  /** `--recordings`; undefined: where recordings usually are. */
  readonly recordings: readonly string[] | undefined;
  /** `--model`. */
  readonly model: string | undefined;
}

/**
 * The hashes that a certificate made today would have, by the same recordings and the same rules as a
 * comparison.
 *
 * @throws LlmDoError for recordings that are not there or damaged, `usage` where they are of several
 * models and nothing says which one is meant
 */
export async function todaysHashes(
  { worker, entry, lock, comparator, recordings, model: asked }: CertifiedParts,
  host: Host,
): Promise<Partial<Record<Certified, string>>> {
  const top = dirname(lock.path);
  const folder = dirname(resolve(top, entry.worker));
  const found = findCassettes({ paths: recordings, folder }, host);
  const cassettes = found.map((path) => resolve(host.cwd, path));
  const { rules } = loadProjectConfig(folder, host.files);
  const source = { cassettes, files: host.files, rules };
  const { model, inputs } = await promptRecordings(worker, source, asked);
  const pairs = inputs.flatMap(({ key, calls }) => calls.map(({ output }) => ({ key, output })));
  return {
    prompt: promptHash(workerHead(worker)),
    model: modelHash(model ?? ""),
    ...codeHashes(entry, top, host.files),
    comparator: comparatorHash(comparator),
    recordings: recordingsHash(pairs),
  };
}
