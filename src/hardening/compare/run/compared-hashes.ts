import { modelHash } from "../../../certificate/certificate.ts";
import type { ListPart } from "../../../certificate/ledger-events.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { FileSystem } from "../../../host/files/file-system.ts";
import { candidateHash, codeHash, promptHash } from "../../../project/lock/fingerprints.ts";
import { workerHead } from "../../../runtime/worker/worker-head.ts";
import { type Comparator, comparatorHash } from "../../agree/comparator.ts";
import type { FoundGuard } from "./find-guard.ts";
import type { Opponent } from "./opponent.ts";

/** What is compared, each as SHA-256 in hexadecimal. */
export interface ComparedHashes extends ListPart {
  /** The tool's code, or the other worker's prompt and model. */
  readonly tool: string;
  readonly comparator: string;
  readonly domain?: string;
}

/** The part of the list that a worker's recordings with a model are in. */
export function partOf(worker: WorkerFunction, model: string | undefined): ListPart {
  return { prompt: promptHash(workerHead(worker)), model: modelHash(model ?? "") };
}

interface Compared {
  readonly opponent: Opponent;
  readonly comparator: Comparator;
  readonly guard: FoundGuard | undefined;
  readonly part: ListPart;
}

export function candidateHashes(
  { opponent, comparator, guard, part }: Compared,
  files: FileSystem,
): ComparedHashes {
  const toolFile = opponent.kind === "tool" ? opponent.path : undefined;
  return {
    ...part,
    tool:
      opponent.kind === "tool"
        ? codeHash(opponent.path, files)
        : candidateHash(opponent.worker, opponent.recorded.model),
    comparator: comparatorHash(comparator),
    ...(guard ? { domain: codeHash(guard.path, files, toolFile) } : {}),
  };
}
