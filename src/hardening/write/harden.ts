import { relative, resolve } from "node:path";
import type { Summary } from "../../cassette/state/summary.ts";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { cassetteOf, limitsOf, type RunFlags } from "../../project/run/run-flags.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import { acceptedBody, acceptedWorker, signedText } from "./accept.ts";
import { acceptedSteps, candidateNotes, nextSteps, reportHardened } from "./harden-report.ts";
import { hardeningPaths } from "./hardening-paths.ts";
import { type Prepared, prepareHardening } from "./prepare.ts";
import { toolFile } from "./scaffold/tool-file.ts";
import { isToolEdited, writeScaffold } from "./scaffold/write-scaffold.ts";
import { runScan, type ScanCommand } from "./scan/run-scan.ts";
import { faultLines, scoreText } from "./synth/candidate.ts";
import { runSynthesis, type Synthesized } from "./synth/run-synthesis.ts";
import { readChosen, writeCandidates } from "./synth/write-candidates.ts";

/** Flags of runs that hold for the run in which a model writes code. */
type WritingFlags = Pick<
  RunFlags,
  | "model"
  | "json"
  | "verbose"
  | "debug"
  | "cassette"
  | "mode"
  | "script"
  | "maxCalls"
  | "maxTokens"
  | "maxUsd"
  | "timeout"
>;

/** The flags of `llm-do harden`. */
export interface HardenFlags extends WritingFlags {
  readonly scan?: true;
  readonly monthlyCalls?: number;
  readonly recordings?: readonly string[];
  readonly with?: readonly string[];
  readonly comparator?: string;
  readonly out?: string;
  readonly force?: true;
  readonly anyway?: true;
  readonly synth?: number;
  readonly synthWorker?: string;
  readonly accept?: string;
  readonly holdout?: number;
  readonly referenceSamples?: number;
}

/** What shows the run in which a model writes code. */
interface WritingView {
  readonly onEvent: (event: RunEvent) => void;
  readonly onWarning: (message: string) => void;
  readonly onSummary: (summary: Summary) => void;
  readonly stop: () => void;
}

interface HardenCommand {
  readonly files: readonly string[];
  readonly flags: HardenFlags;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The command line as given, for advice. */
  readonly command: readonly string[];
  readonly createView: (options: { isJson: boolean; verbosity: number }) => WritingView;
}

/**
 * `llm-do harden`: a scan, or the files of a hardened tool.
 *
 * @returns 0, or 6 when the recordings do not say enough
 * @throws LlmDoError what keeps it from either
 */
export async function harden(options: HardenCommand): Promise<ExitCode> {
  const { flags, files, host } = options;
  checkFlags(flags, files);
  if (flags.scan) return await runScan(scanCommand(options));
  if (flags.accept !== undefined) return await acceptCandidate(flags.accept, options);
  const [file = ""] = files;
  const prepared = await prepareHardening(requestOf(file, flags), host);
  if (flags.synth !== undefined) return await letWrite(prepared, options, flags.synth);
  const written = writeScaffold(prepared.scaffold, prepared.paths, {
    force: isForced(flags),
    host,
  });
  const notes = nextSteps(prepared, host);
  reportHardened(prepared, { written, notes, isJson: flags.json === true, host });
  return EXIT.done;
}

function requestOf(file: string, flags: HardenFlags) {
  const { recordings, comparator, out, model, anyway = false, with: others = [] } = flags;
  const { holdout, referenceSamples: reference } = flags;
  return { file, others, recordings, comparator, out, model, anyway, holdout, reference };
}

/** Shows the candidate that waits, tries it in Node, and only then makes it the project's code. */
async function acceptCandidate(
  named: string,
  { flags, host, signal }: HardenCommand,
): Promise<ExitCode> {
  const file = acceptedWorker(named, flags.out, host);
  // Whether it was worth trying was asked when it was written.
  const prepared = await prepareHardening({ ...requestOf(file, flags), anyway: true }, host);
  const { scaffold, paths } = prepared;
  const chosen = readChosen(paths.chosen, host);
  if (!flags.json) host.stdout.write(signedText(chosen));
  const body = await acceptedBody(prepared, chosen, { host, signal });
  const isTaken =
    isToolEdited(scaffold, paths, host) &&
    host.files.readText(paths.tool) !== toolFile(scaffold, body.code, body.note);
  if (isTaken && !isForced(flags)) throw toolIsThere(paths.tool, host);
  const force = isForced(flags);
  const written = writeScaffold(scaffold, paths, { force, replaceTool: true, body, host });
  const notes = [`accepted candidate ${chosen.candidate}`, ...acceptedSteps(prepared, host)];
  reportHardened(prepared, { written, notes, isJson: flags.json === true, host });
  return EXIT.done;
}

function scanCommand({ files, flags, host }: HardenCommand): ScanCommand {
  const { recordings, model, comparator, out, with: others = [], monthlyCalls, json } = flags;
  const isJson = json === true;
  const folderOf: ScanCommand["folderOf"] = (worker) =>
    hardeningPaths(worker, out, host.cwd).folder;
  return { files, others, recordings, model, comparator, folderOf, monthlyCalls, isJson, host };
}

function isForced({ force }: HardenFlags): boolean {
  return force === true;
}

/** What says nothing unless a model writes the code. */
const SYNTH_FLAGS = [
  ["synthWorker", "--synth-worker"],
  ["cassette", "--cassette"],
  ["mode", "--mode"],
  ["script", "--script"],
] as const;

/** @throws LlmDoError `usage` for flags that do not go together */
function checkFlags(flags: HardenFlags, files: readonly string[]): void {
  const { scan, synth, accept } = flags;
  if (accept !== undefined) {
    checkAccept(flags, files);
    return;
  }
  if (scan && synth !== undefined) throw badUsage("--scan writes nothing, --synth does");
  if (!scan && flags.monthlyCalls !== undefined) {
    throw badUsage("--monthly-calls is about what --scan says", ["add --scan"]);
  }
  if (!scan && files.length === 0) {
    throw badUsage("it names no worker", ["llm-do harden main.worker", "llm-do harden --scan"]);
  }
  if (!scan && files.length > 1) {
    throw badUsage("one worker at a time is hardened", [
      `llm-do harden ${files[0]} --with ${files.slice(1).join(" --with ")}`,
      `llm-do harden ${files.join(" ")} --scan`,
    ]);
  }
  const [, needing] = SYNTH_FLAGS.find(([name]) => flags[name] !== undefined) ?? [];
  if (synth !== undefined || needing === undefined) return;
  throw badUsage(`${needing} is about the code that --synth lets a model write`, ["add --synth 3"]);
}

function checkAccept({ scan, synth }: HardenFlags, files: readonly string[]): void {
  if (scan || synth !== undefined) throw badUsage("--accept goes with neither --scan nor --synth");
  if (files.length > 0)
    throw badUsage("--accept names the worker itself", ["llm-do harden --accept NAME"]);
}

/** Lets a model write candidates, and keeps them as texts until a person accepts the one that was chosen. */
async function letWrite(
  prepared: Prepared,
  { flags, host, signal, command, createView }: HardenCommand,
  count: number,
): Promise<ExitCode> {
  const { scaffold } = prepared;
  const { json = false, verbose: verbosity = 0 } = flags;
  const view = createView({ isJson: json, verbosity });
  const made = await runSynthesis(scaffold, {
    count,
    writer: flags.synthWorker,
    others: flags.with ?? [],
    model: flags.model,
    cassette: cassetteOf(flags, host.env, command),
    script: flags.script,
    limits: limitsOf(flags),
    host,
    signal,
    onEvent: view.onEvent,
    onWarning: view.onWarning,
    onRound: ({ number, round, score }) => {
      if (flags.json) return;
      const faults = faultLines(score).map((line) => `  ${line}\n`);
      host.stderr.write(
        [`candidate ${number}, round ${round}: ${scoreText(score)}\n`, ...faults].join(""),
      );
    },
  }).finally(view.stop);
  if (made.outcome.summary) view.onSummary(made.outcome.summary);
  if (made.outcome.ended.kind === "failed") throw made.outcome.ended.error;
  return keepCandidates(prepared, made, { flags, host });
}

function keepCandidates(
  prepared: Prepared,
  made: Synthesized,
  { flags, host }: Pick<HardenCommand, "flags" | "host">,
): ExitCode {
  const { scaffold, paths, scan } = prepared;
  const [best] = made.candidates;
  const chosen = best && best.fold.agreed > 0 ? best : undefined;
  const worker = resolve(host.cwd, scan.worker.file);
  const written = [
    ...writeScaffold(scaffold, paths, { force: isForced(flags), replaceTool: false, host }),
    ...writeCandidates(made, paths, { chosen, worker, host }),
  ];
  const notes = candidateNotes(chosen, made, { worker: scan.worker.file, paths, host });
  reportHardened(prepared, { written, notes, isJson: flags.json === true, host });
  return chosen ? EXIT.done : EXIT.inconclusive;
}

function toolIsThere(path: string, host: Host): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write",
    what: relative(host.cwd, path),
    reason: "it is there, and somebody has written on it",
    tries: ["add --force to have it replaced, or move it away"],
  });
}

function badUsage(reason: string, tries: readonly string[] = []): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "read",
    what: "command line",
    reason,
    tries: [...tries, "llm-do harden --help"],
  });
}
