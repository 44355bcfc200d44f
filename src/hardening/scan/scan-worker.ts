import { dirname, resolve } from "node:path";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import type { Comparator } from "../comparator.ts";
import { type DistinctInput, distinctInputs } from "../recordings/distinct-inputs.ts";
import { findCassettes } from "../recordings/find-cassettes.ts";
import { recordedCalls } from "../recordings/recorded-calls.ts";
import { type ScanFigures, scanFigures } from "./scan-figures.ts";
import { type ScanVerdict, scanVerdict } from "./scan-verdict.ts";

export interface ScanRequest {
  /** `--recordings`. */
  readonly recordings: readonly string[] | undefined;
  /** Only recordings of this model; default: the worker's own, else of any. */
  readonly model: string | undefined;
  readonly comparator: Comparator;
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
 * Looks at what is on record of a worker.
 *
 * @throws LlmDoError `file` for recordings that are not there, `cassette-damaged` for what cannot be read
 */
export async function scanWorker(
  worker: WorkerFunction,
  { recordings, model = worker.model, comparator, host }: ScanRequest,
): Promise<Scan> {
  const folder = dirname(resolve(host.cwd, worker.file));
  const cassettes = findCassettes({ paths: recordings, folder }, host);
  const { rules } = loadProjectConfig(folder, host.files);
  const paths = cassettes.map((path) => resolve(host.cwd, path));
  const source = { cassettes: paths, files: host.files, rules, model };
  const recorded = await recordedCalls(worker, source);
  const inputs = distinctInputs(recorded.calls);
  const figures = scanFigures(recorded, inputs, comparator);
  const { name, file } = worker;
  return { worker: { name, file }, cassettes, figures, verdict: scanVerdict(figures), inputs };
}

/** The best candidates first: worth trying, then by the calls that code would save. */
export function byPromise(left: Scan, right: Scan): number {
  const isWorth = ({ verdict }: Scan) => (verdict.kind === "worth-trying" ? 1 : 0);
  return isWorth(right) - isWorth(left) || savedCalls(right) - savedCalls(left);
}

/** Calls that would not have been needed, were every seen shape answered by code. */
function savedCalls({ figures }: Scan): number {
  return figures.calls * (1 - figures.shapes.share);
}
