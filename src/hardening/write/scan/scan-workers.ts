import { dirname, resolve } from "node:path";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { Host } from "../../../host/host.ts";
import { findProjectConfig, loadProjectConfig } from "../../../project/config/project-config.ts";
import { projectTop } from "../../../project/project-paths.ts";
import { declaredComparator, isDeclared } from "../../agree/declared-comparator.ts";
import { type DistinctInput, distinctInputs } from "../../recordings/distinct-inputs.ts";
import { findCassettes } from "../../recordings/find-cassettes.ts";
import type { RecordedCalls } from "../../recordings/recorded-call.ts";
import { recordedCallsOf } from "../../recordings/recorded-calls.ts";
import { hardeningPaths } from "../scaffold/hardening-paths.ts";
import { type ScanFigures, type ScanVerdict, scanFigures, scanVerdict } from "./scan-figures.ts";

export interface ScanRequest {
  /** `--recordings`. */
  readonly recordings: readonly string[] | undefined;
  /** Only recordings of this model; default: the worker's own, else of any. */
  readonly model: string | undefined;
  /** `--comparator`. */
  readonly comparator: string | undefined;
  /** `--out`. */
  readonly out: string | undefined;
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
  const { comparator: named, out, host } = request;
  const { folder } = hardeningPaths(worker, out, host.cwd);
  const inputs = distinctInputs(recorded.calls);
  const figures = scanFigures(recorded, inputs, {
    comparator: declaredComparator(named, folder, host),
    isDeclared: isDeclared(named, folder, host),
  });
  return { worker: { name, file }, cassettes, figures, verdict: scanVerdict(figures), inputs };
}
