import { dirname, resolve } from "node:path";
import { modelHash } from "../../certificate/certificate.ts";
import type { ListPart } from "../../certificate/ledger-events.ts";
import { ledgerPlace, readLedger } from "../../certificate/ledger-file.ts";
import { LedgerView } from "../../certificate/ledger-view.ts";
import {
  DEFAULT_HOLDOUT,
  DEFAULT_REFERENCE,
  newLedger,
  type SplitLedger,
} from "../../certificate/split-ledger.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { promptHash } from "../../project/lock/fingerprints.ts";
import { terminalLines } from "../../report/terminal-lines.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import { declaredComparator } from "../agree/declared-comparator.ts";
import { loadWorker } from "../load-worker.ts";
import { type DistinctInput, isImported, splitInput } from "../recordings/distinct-inputs.ts";
import { templatesOf } from "../recordings/templates/templates-of.ts";
import { fromWorker, type HardeningPaths, hardeningPaths } from "./hardening-paths.ts";
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
  /** `--holdout`: the share that a new ledger holds out. */
  readonly holdout: number | undefined;
  /** `--reference-samples` of a new ledger. */
  readonly reference: number | undefined;
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
  const { recordings, model, comparator: named } = request;
  const scan = await scanWorker(worker, {
    recordings,
    model,
    comparator: named,
    folderOf: () => paths.folder,
    host,
  });
  const { suggested } = scan.figures;
  const comparator = suggested?.comparator ?? declaredComparator(named, paths.folder, host);
  refuseUnpromising(scan, request);
  const ledger = ledgerOf(request, { worker, paths, host });
  const asked = model ?? worker.model ?? scan.inputs[0]?.calls[0].model;
  const part = { prompt: promptHash(workerHead(worker)), model: modelHash(asked ?? "") };
  const [first, ...rest] = trainExamples(sidedInputs(scan.inputs, ledger, part));
  if (!first) throw nothingToLearnFrom(scan);
  const text = host.files.readText(resolve(host.cwd, worker.file));
  const definition = parseWorker(text, worker.file);
  const trainFile = fromWorker(paths, paths.train);
  const templatesFile = fromWorker(paths, paths.templates);
  const train = [first, ...rest] as const;
  return {
    scaffold: {
      worker,
      definition,
      train,
      comparator,
      ledger,
      isSuggested: suggested !== undefined,
      trainFile,
      templatesFile,
    },
    paths,
    scan,
  };
}

interface LedgerOwner {
  readonly worker: WorkerFunction;
  readonly paths: HardeningPaths;
  readonly host: Host;
}

/**
 * The worker's ledger, or a new one, which nothing has been written to yet.
 *
 * @throws LlmDoError `usage` for settings that are not those that it was made with
 */
function ledgerOf(
  { holdout, reference }: HardenRequest,
  { worker, paths, host }: LedgerOwner,
): SplitLedger {
  const place = ledgerPlace({ name: worker.name, path: paths.tool }, dirname(paths.ledger));
  const made = newLedger({
    ...place,
    holdout: holdout ?? DEFAULT_HOLDOUT,
    reference: reference ?? DEFAULT_REFERENCE,
  });
  const known = readLedger(place, host);
  if (!known) return made;
  if (holdout !== undefined && holdout !== known.holdout) {
    throw settled("--holdout", { asked: holdout, made: known.holdout });
  }
  if (reference !== undefined && reference !== known.reference) {
    throw settled("--reference-samples", { asked: reference, made: known.reference });
  }
  return known;
}

function settled(flag: string, { asked, made }: { asked: number; made: number }): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "harden",
    what: `${flag} ${asked}`,
    reason: `the ledger was made with ${made}, and its list cannot be split anew`,
    tries: [`leave out ${flag}`],
  });
}

/**
 * Inputs on the sides on which the ledger has them: what was opened is there to learn from. Those that
 * are not listed yet are on the side that their hash draws; of imported ones all are there to learn from.
 */
function sidedInputs(
  inputs: readonly DistinctInput[],
  ledger: SplitLedger,
  part: ListPart,
): readonly DistinctInput[] {
  const listed = new LedgerView(ledger).listed(part);
  const sides = new Map(listed.map(({ key, side }) => [key, side]));
  const sided = inputs.map((each): DistinctInput => {
    const drawn = isImported(each) ? "train" : splitInput(each.input, ledger.holdout).side;
    return { ...each, side: sides.get(each.key) ?? drawn };
  });
  // Templates of the train side alone: those of all inputs would tell of the held-out ones.
  const train = sided.filter(({ side }) => side === "train");
  const { templateOf } = templatesOf(train.map(({ input }) => input));
  return train.map((each) => ({ ...each, template: templateOf(each.input) ?? "" }));
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
