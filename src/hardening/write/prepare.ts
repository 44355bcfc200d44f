import { resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { terminalLines } from "../../report/terminal-lines.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import { declaredComparator } from "../agree/declared-comparator.ts";
import { loadWorker } from "../load-worker.ts";
import { fromWorker, type HardeningPaths, hardeningPaths } from "./scaffold/hardening-paths.ts";
import { type Scaffold, trainExamples } from "./scaffold/scaffold.ts";
import { recordTries } from "./scan/run-scan.ts";
import { scanReport } from "./scan/scan-report.ts";
import { type Scan, scanWorker } from "./scan/scan-workers.ts";

interface HardenRequest {
  /** Path of the `.worker` file. */
  readonly file: string;
  /** `--with`: the files that it needs beside. */
  readonly others: readonly string[];
  readonly recordings: readonly string[] | undefined;
  /** `--comparator`. */
  readonly comparator: string | undefined;
  readonly out: string | undefined;
  readonly model: string | undefined;
  /** Goes on where the scan says that there is nothing to find. */
  readonly anyway: boolean;
}

/** What the files of a hardened tool are made from, and where they will stand. */
export interface Prepared {
  readonly scaffold: Scaffold;
  readonly paths: HardeningPaths;
  readonly scan: Scan;
}

/**
 * Loads a worker and its recordings, and says what can be made of them. Nothing is written.
 *
 * @throws LlmDoError `inconclusive` without recordings to learn from, or where they are noise or show
 * no pattern; what is wrong with the project or the recordings otherwise
 */
export async function prepareHardening(request: HardenRequest, host: Host): Promise<Prepared> {
  const { worker } = await loadWorker(request.file, request.others, host);
  if (worker.name.startsWith("_")) throw skippedName(worker);
  const paths = hardeningPaths(worker, request.out, host.cwd);
  const { recordings, model, comparator: named, out } = request;
  const scan = await scanWorker(worker, { recordings, model, comparator: named, out, host });
  const comparator =
    scan.figures.suggested?.comparator ?? declaredComparator(named, paths.folder, host);
  refuseUnpromising(scan, request);
  const [first, ...rest] = trainExamples(scan.inputs);
  if (!first) throw nothingToLearnFrom(scan);
  const text = host.files.readText(resolve(host.cwd, worker.file));
  const definition = parseWorker(text, worker.file);
  const trainFile = fromWorker(paths, paths.train);
  const templatesFile = fromWorker(paths, paths.templates);
  const train = [first, ...rest] as const;
  return {
    scaffold: { worker, definition, train, comparator, trainFile, templatesFile },
    paths,
    scan,
  };
}

/** What is noise, or shows no pattern, is not called one; that there is little of it only slows down. */
function refuseUnpromising(scan: Scan, { anyway }: HardenRequest): void {
  const { verdict } = scan;
  if (verdict.kind === "no-recordings") throw nothingToLearnFrom(scan);
  if (anyway || (verdict.kind !== "noise" && verdict.kind !== "no-pattern")) return;
  throw inconclusive(scan, verdict.reason, [
    "keep the prompt",
    "or add --anyway, if you know of a rule that the recordings do not show",
  ]);
}

function nothingToLearnFrom(scan: Scan): LlmDoError {
  const reason =
    scan.inputs.length === 0
      ? "there are no recordings of its calls as it is today"
      : "all recorded inputs are held out, and there is none to learn from";
  return inconclusive(scan, reason, recordTries(scan));
}

function inconclusive(scan: Scan, reason: string, tries: readonly string[]): LlmDoError {
  const [, ...lines] = terminalLines(scanReport(scan)).filter((line) => line !== "");
  const details = lines.map((line) => `  ${line.trim()}`);
  const what = scan.worker.name;
  return new LlmDoError({ code: "inconclusive", verb: "harden", what, reason, details, tries });
}

function skippedName({ name, file }: WorkerFunction): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "harden",
    what: name,
    reason: 'a tool whose name begins with "_" would not be found in its file',
    place: { file },
    tries: ["name the worker differently"],
  });
}
