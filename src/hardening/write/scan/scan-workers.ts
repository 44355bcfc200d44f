import { dirname, resolve } from "node:path";
import { modelHash } from "../../../certificate/certificate.ts";
import { ledgerPlace, readLedger } from "../../../certificate/ledger-file.ts";
import { LedgerView } from "../../../certificate/ledger-view.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { Host } from "../../../host/host.ts";
import { findProjectConfig, loadProjectConfig } from "../../../project/config/project-config.ts";
import { promptHash } from "../../../project/lock/fingerprints.ts";
import { projectTop } from "../../../project/project-paths.ts";
import { workerHead } from "../../../runtime/worker/worker-head.ts";
import { declaredComparator, isDeclared } from "../../agree/declared-comparator.ts";
import {
  type DistinctInput,
  distinctInputs,
  isImported,
} from "../../recordings/distinct-inputs.ts";
import { findCassettes } from "../../recordings/find-cassettes.ts";
import type { RecordedCall, RecordedCalls } from "../../recordings/recorded-call.ts";
import { recordedCallsOf } from "../../recordings/recorded-calls.ts";
import { hardeningPaths } from "../hardening-paths.ts";
import { type ScanFigures, type ScanVerdict, scanFigures, scanVerdict } from "./scan-figures.ts";

export interface ScanRequest {
  /** `--recordings`. */
  readonly recordings: readonly string[] | undefined;
  /** Only recordings of this model; default: the worker's own, else of any. */
  readonly model: string | undefined;
  /** `--comparator`. */
  readonly comparator: string | undefined;
  /** The folder of a worker's hardening files, absolute. */
  readonly folderOf: (worker: Pick<WorkerFunction, "name" | "file">) => string;
  readonly host: Host;
}

export interface Scan {
  readonly worker: { readonly name: string; readonly file: string };
  readonly cassettes: readonly string[];
  readonly figures: ScanFigures;
  readonly verdict: ScanVerdict;
  readonly inputs: readonly DistinctInput[];
}

/**
 * Looks at what is on record of workers. Each cassette is read once.
 *
 * @throws LlmDoError `file` for recordings that are not there, `cassette-damaged` for what cannot be read
 */
export async function scanWorkers(
  workers: readonly WorkerFunction[],
  request: ScanRequest,
): Promise<readonly Scan[]> {
  const { recordings, host } = request;
  const folderOf = ({ file }: WorkerFunction) => dirname(resolve(host.cwd, file));
  // Workers of one project have the same recordings, under the same rules.
  const projects = Map.groupBy(workers, (worker) => {
    const folder = folderOf(worker);
    return JSON.stringify([projectTop(folder, host), findProjectConfig(folder, host.files)]);
  });
  const scans: Scan[] = [];
  for (const [first, ...others] of projects.values()) {
    if (!first) continue;
    const folder = folderOf(first);
    const cassettes = findCassettes({ paths: recordings, folder }, host);
    const { rules } = loadProjectConfig(folder, host.files);
    const asked = [first, ...others].map((worker) => ({
      worker,
      model: request.model ?? worker.model,
    }));
    const paths = cassettes.map((path) => resolve(host.cwd, path));
    const found = await recordedCallsOf(asked, { cassettes: paths, files: host.files, rules });
    for (const [worker, recorded] of found) {
      scans.push(scanOf(worker, { recorded, cassettes, request }));
    }
  }
  return scans;
}

/** Looks at what is on record of one worker; throws as {@link scanWorkers} does. */
export async function scanWorker(worker: WorkerFunction, request: ScanRequest): Promise<Scan> {
  const [scan] = await scanWorkers([worker], request);
  if (!scan) throw new TypeError(`${worker.name} was not scanned`);
  return scan;
}

interface OnRecord {
  readonly recorded: RecordedCalls;
  readonly cassettes: readonly string[];
  readonly request: ScanRequest;
}

function scanOf(worker: WorkerFunction, { recorded, cassettes, request }: OnRecord): Scan {
  const { name, file } = worker;
  const { comparator: named, host } = request;
  const folder = request.folderOf(worker);
  const model = request.model ?? worker.model;
  const inputs = inputsBySide(recorded.calls, { worker, model }, host);
  const figures = scanFigures(recorded, inputs, {
    comparator: declaredComparator(named, folder, host),
    isDeclared: isDeclared(named, folder, host),
  });
  return { worker: { name, file }, cassettes, figures, verdict: scanVerdict(figures), inputs };
}

/** Whose calls they are. */
interface CallsOf {
  readonly worker: WorkerFunction;
  readonly model: string | undefined;
}

/**
 * The distinct inputs of a worker's calls, each on the side on which its ledger has it: what was opened
 * is there to learn from. Without a ledger they are on the sides on which they will be listed. What was
 * imported is never evidence, so it is there to learn from.
 *
 * @throws LlmDoError `file` when the ledger is damaged or another worker's
 */
function inputsBySide(
  calls: readonly RecordedCall[],
  { worker, model }: CallsOf,
  host: Host,
): readonly DistinctInput[] {
  const path = resolve(host.cwd, worker.file);
  const own = dirname(hardeningPaths(worker, undefined, host.cwd).ledger);
  const ledger = readLedger(ledgerPlace({ name: worker.name, path }, own), host);
  const inputs = distinctInputs(calls, ledger?.holdout);
  const part = {
    prompt: promptHash(workerHead(worker)),
    model: modelHash(model ?? calls[0]?.model ?? ""),
  };
  const listed = new Map(
    ledger ? new LedgerView(ledger).listed(part).map(({ key, side }) => [key, side] as const) : [],
  );
  return inputs.map((input) => {
    const drawn = isImported(input) ? "train" : input.side;
    return { ...input, side: listed.get(input.key) ?? drawn };
  });
}
