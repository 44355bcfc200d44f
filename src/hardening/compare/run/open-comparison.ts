import { resolve } from "node:path";
import type { ListPart } from "../../../certificate/ledger-events.ts";
import { ledgerPlace } from "../../../certificate/ledger-file.ts";
import type { SplitLedger } from "../../../certificate/split-ledger.ts";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import type { Host } from "../../../host/host.ts";
import { loadProjectConfig } from "../../../project/config/project-config.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { parseComparator } from "../../agree/declared-comparator.ts";
import { type LoadedWorker, loadWorker } from "../../load-worker.ts";
import { findCassettes } from "../../recordings/find-cassettes.ts";
import { type PromptRecordings, promptRecordings } from "../../recordings/prompt-recordings.ts";
import { type CompareRequest, type LabelSource, labelsOf } from "../compare-request.ts";
import { type ComparedHashes, candidateHashes, partOf } from "./compared-hashes.ts";
import {
  type EvidenceList,
  evidenceList,
  newInputs,
  withNewInputs,
  withoutFallbacks,
} from "./evidence-list.ts";
import { type FoundGuard, findGuard } from "./find-guard.ts";
import { type Opponent, openOpponent } from "./opponent.ts";
import { type OutFolder, outFolder } from "./out-folder.ts";
import { WorkerLedger } from "./worker-ledger.ts";

/** Everything that a comparison is about, loaded; nothing has been run or looked at. */
export interface Comparison extends LoadedWorker {
  readonly request: CompareRequest;
  /** Where the reports go. */
  readonly out: OutFolder;
  /** `hardening/NAME` beside the worker: its ledger, guard and labels, wherever the reports go. */
  readonly own: OutFolder;
  readonly workerLedger: WorkerLedger;
  /** As it was when all that has been recorded was listed. */
  readonly ledger: SplitLedger;
  readonly part: ListPart;
  readonly list: EvidenceList;
  readonly comparator: Comparator;
  /** Paths. */
  readonly cassettes: readonly string[];
  readonly recorded: PromptRecordings;
  /** Calls that code left to the prompt. */
  readonly fallbackCalls: number;
  /** Inputs with fewer samples than a reference answer takes. */
  readonly waiting: number;
  readonly opponent: Opponent;
  readonly guard: FoundGuard | undefined;
  readonly hashes: ComparedHashes;
  readonly labels: LabelSource;
  /** Whether a program asks, which may learn "supported" or "not yet" alone. */
  readonly isProgram: boolean;
  /** ISO 8601. */
  readonly madeAt: string;
}

/**
 * Loads what is compared, and writes what has been recorded since into the ledger's list.
 *
 * @throws LlmDoError for whatever of it is missing, damaged or of the wrong kind
 */
export async function openComparison(request: CompareRequest, host: Host): Promise<Comparison> {
  const loaded = await loadWorker(request.worker, request.others, host);
  const { worker, project } = loaded;
  const out = outFolder(worker, request.out, host);
  // One ledger a worker: one beside the reports would tell of the same holdout, and nobody would pay.
  const own = outFolder(worker, undefined, host);
  const { holdout, reference } = request;
  const path = resolve(host.cwd, worker.file);
  const place = { ...ledgerPlace({ name: worker.name, path }, own.path), holdout, reference };
  const workerLedger = WorkerLedger.open(place, host);
  const comparator = readComparatorOf(request, [out, own], host);
  const cassettes = findCassettes({ paths: request.recordings, folder: project.folder }, host);
  const { rules } = loadProjectConfig(project.folder, host.files);
  const paths = cassettes.map((path) => resolve(host.cwd, path));
  const source = { cassettes: paths, files: host.files, rules };
  const opponent = await openOpponent(request, { prompt: worker, source }, host);
  const recorded = await promptRecordings(worker, source, request.model);
  const part = partOf(worker, recorded.model);
  const madeAt = new Date(host.clock.nowMs()).toISOString();
  const { inputs, fallbacks } = withoutFallbacks(recorded.inputs);
  const ledger = grown(workerLedger, { at: madeAt, ...part }, inputs);
  const list = evidenceList(inputs, ledger, part);
  const guard = await findGuard({ worker, opponent, own, list }, host);
  const hashes = candidateHashes({ opponent, comparator, guard, part }, host.files);
  const waiting = inputs.filter(({ calls }) => calls.length < ledger.reference).length;
  return {
    ...loaded,
    request,
    out,
    own,
    workerLedger,
    ledger,
    part,
    list,
    comparator,
    cassettes,
    recorded,
    fallbackCalls: fallbacks,
    waiting,
    opponent,
    guard,
    hashes,
    labels: labelsOf(request),
    isProgram: isSet(host.env["CI"]),
    madeAt,
  };
}

/** Automatic checks set it; some set it to "false" where a person works. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}

/** Writes before anything is told: an input's side and reference answer are settled from then on. */
function grown(
  workerLedger: WorkerLedger,
  { at, prompt, model }: ListPart & { readonly at: string },
  recorded: Parameters<typeof newInputs>[0],
): SplitLedger {
  const part = { prompt, model };
  const ledger = workerLedger.latest;
  if (newInputs(recorded, ledger, part).length === 0) return ledger;
  return workerLedger.change((now) => withNewInputs(now, { at, ...part }, recorded));
}

function readComparatorOf(
  { comparator: named }: CompareRequest,
  folders: readonly OutFolder[],
  { files, cwd }: Host,
): Comparator {
  const usual = folders.map((folder) => folder.file("comparator.yaml"));
  const path = named ?? usual.find((candidate) => files.stat(candidate));
  if (path === undefined) return { kind: "exact" };
  let text: string;
  try {
    text = files.readText(resolve(cwd, path));
  } catch (cause) {
    const reason = `the comparator cannot be read: ${isLlmDoError(cause) ? cause.reason : messageOf(cause)}`;
    throw new LlmDoError({ code: "file", verb: "read", what: path, reason, cause });
  }
  return parseComparator(text, path);
}
