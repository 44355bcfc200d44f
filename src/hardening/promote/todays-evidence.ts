import { dirname, resolve } from "node:path";
import { type Certified, modelHash, recordingsHash } from "../../certificate/certificate.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { codeHashes } from "../../project/lock/certified.ts";
import { promptHash } from "../../project/lock/fingerprints.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import type { FoundLock } from "../../project/lock/lock-store.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { type Comparator, comparatorHash } from "../agree/comparator.ts";
import { subjectHash } from "../compare/run/looks.ts";
import { findCassettes } from "../recordings/find-cassettes.ts";
import { promptRecordings } from "../recordings/prompt-recordings.ts";

/** What a certificate would be made of today. */
interface CertifiedParts {
  readonly worker: WorkerFunction;
  readonly entry: LockedFunction;
  readonly lock: FoundLock;
  readonly comparator: Comparator;
  /** `--recordings`; undefined: where recordings usually are. */
  readonly recordings: readonly string[] | undefined;
  /** `--model`. */
  readonly model: string | undefined;
}

/** What a comparison made today would be of. */
interface TodaysEvidence {
  /** As its certificate would have them. */
  readonly hashes: Partial<Record<Certified, string>>;
  /** As the ledger of looks would have it. */
  readonly subject: string;
}

/**
 * What a comparison made today would be of, by the same recordings and the same rules.
 *
 * @throws LlmDoError for recordings that are not there or damaged, `usage` where they are of several
 * models and nothing says which one is meant
 */
export async function todaysEvidence(
  { worker, entry, lock, comparator, recordings, model: asked }: CertifiedParts,
  host: Host,
): Promise<TodaysEvidence> {
  const top = dirname(lock.path);
  const folder = dirname(resolve(top, entry.worker));
  const found = findCassettes({ paths: recordings, folder }, host);
  const cassettes = found.map((path) => resolve(host.cwd, path));
  const { rules } = loadProjectConfig(folder, host.files);
  const source = { cassettes, files: host.files, rules };
  const { model, inputs } = await promptRecordings(worker, source, asked);
  const pairs = inputs.flatMap(({ key, side, calls }) =>
    calls.map(({ output }) => ({ key, side, output })),
  );
  const code = codeHashes(entry, top, host.files);
  const { tool = "", domain } = code;
  const compared = comparatorHash(comparator);
  const holdout = pairs.filter(({ side }) => side === "holdout");
  return {
    hashes: {
      prompt: promptHash(workerHead(worker)),
      model: modelHash(model ?? ""),
      ...code,
      comparator: compared,
      recordings: recordingsHash(pairs),
    },
    subject: subjectHash({ tool, comparator: compared, domain, holdout }),
  };
}
