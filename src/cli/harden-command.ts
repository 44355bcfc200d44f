import { relative } from "node:path";
import { EXIT, type ExitCode } from "../errors/exit-codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { declaredComparator } from "../hardening/comparator-file.ts";
import { loadWorker, workersOf } from "../hardening/load-worker.ts";
import { type Prepared, prepareHardening, recordTries } from "../hardening/prepare.ts";
import {
  hardeningPaths,
  isToolEdited,
  type Written,
  type WrittenBody,
  writeScaffold,
} from "../hardening/scaffold/write-scaffold.ts";
import { counted, scanJson, scanLines } from "../hardening/scan/scan-text.ts";
import { scanExitCode } from "../hardening/scan/scan-verdict.ts";
import { byPromise, type Scan, scanWorker } from "../hardening/scan/scan-worker.ts";
import { scoreText } from "../hardening/synth/candidate.ts";
import { runSynthesis, type Synthesized } from "../hardening/synth/run-synthesis.ts";
import { keptBody, writeCandidates, writerText } from "../hardening/synth/write-candidates.ts";
import type { Host } from "../host/host.ts";
import { createRunView } from "../ui/run-view.ts";
import type { HardenFlags } from "./harden-flags.ts";
import { cassetteOf, limitsOf } from "./run-flags.ts";
import { shellQuote } from "./shell-quote.ts";

export interface HardenCommand {
  readonly files: readonly string[];
  readonly flags: HardenFlags;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The command line as given, for advice. */
  readonly command: readonly string[];
}

/**
 * `llm-do harden`: a scan, or the files of a hardened tool.
 *
 * @returns 0, or 6 when the recordings do not say enough
 * @throws LlmDoError what keeps it from either
 */
export async function hardenCommand(options: HardenCommand): Promise<ExitCode> {
  const { flags, files } = options;
  checkFlags(flags, files);
  return flags.scan ? await scan(options) : await extract(options);
}

/** @throws LlmDoError `usage` for flags that do not go together */
function checkFlags(
  { scan: isScan, synth, synthWorker, ...flags }: HardenFlags,
  files: readonly string[],
) {
  if (isScan && synth !== undefined) throw badUsage("--scan writes nothing, --synth does");
  if (!isScan && files.length > 1) {
    throw badUsage("one worker at a time is hardened", [
      `llm-do harden ${files[0]} --with ${files.slice(1).join(" --with ")}`,
      `llm-do harden ${files.join(" ")} --scan`,
    ]);
  }
  if (synth !== undefined) return;
  const needing = synthWorker
    ? "synthWorker"
    : (["cassette", "mode", "script"] as const).find((name) => flags[name]);
  if (needing === undefined) return;
  const flag = needing === "synthWorker" ? "--synth-worker" : `--${needing}`;
  throw badUsage(`${flag} is about the code that --synth lets a model write`, ["add --synth 3"]);
}

/** Scans the named workers, or all of the project where several files are named. */
async function scan({ files, flags, host }: HardenCommand): Promise<ExitCode> {
  const [first = "", ...others] = files;
  const { project } = await loadWorker(first, [...others, ...(flags.with ?? [])], host);
  const named = workersOf(project).filter(({ file }) => files.includes(file));
  const scans: Scan[] = [];
  for (const worker of named) {
    const { folder } = hardeningPaths(worker, flags.out, host.cwd);
    const comparator = declaredComparator(flags.comparator, folder, host);
    const { recordings, model } = flags;
    scans.push(await scanWorker(worker, { recordings, model, comparator, host }));
  }
  scans.sort(byPromise);
  for (const each of scans) host.stdout.write(scanText(each, flags));
  const isWorth = scans.some(({ verdict }) => scanExitCode(verdict) === EXIT.done);
  return isWorth ? EXIT.done : EXIT.inconclusive;
}

function scanText(each: Scan, flags: HardenFlags): string {
  if (flags.json) return `${scanJson(each)}\n`;
  const tries = triesAfter(each).map((hint) => `Try: ${hint}`);
  return `${[...scanLines(each), ...tries].join("\n")}\n`;
}

function triesAfter({ verdict, worker }: Scan): readonly string[] {
  const { name, file } = worker;
  switch (verdict.kind) {
    case "worth-trying":
      return [`llm-do harden ${shellQuote(file)}`];
    case "too-few":
    case "no-recordings":
      return recordTries(name, shellQuote(file));
    case "noise":
    case "no-pattern":
      return ["keep the prompt"];
  }
}

async function extract(options: HardenCommand): Promise<ExitCode> {
  const { files, flags, host } = options;
  const [file = ""] = files;
  const prepared = await prepareHardening(
    {
      file,
      others: flags.with ?? [],
      recordings: flags.recordings,
      comparator: flags.comparator,
      out: flags.out,
      model: flags.model,
      anyway: flags.anyway === true,
    },
    host,
  );
  return flags.synth === undefined
    ? writeFiles(prepared, options)
    : await letWrite(prepared, options, flags.synth);
}

function writeFiles(prepared: Prepared, { flags, host }: HardenCommand): ExitCode {
  const force = flags.force === true;
  const written = writeScaffold(prepared.scaffold, prepared.paths, { force, host });
  tell(prepared, { written, flags, host, notes: nextSteps(prepared, host) });
  return EXIT.done;
}

/** Lets a model write candidates, keeps the best, and says that it must be reviewed. */
async function letWrite(
  prepared: Prepared,
  { flags, host, signal, command }: HardenCommand,
  count: number,
): Promise<ExitCode> {
  const { scaffold, paths } = prepared;
  const force = flags.force === true;
  if (!force && isToolEdited(scaffold, paths, host)) throw toolIsThere(paths.tool, host);
  const view = createRunView({ isJson: flags.json === true, verbosity: flags.verbose ?? 0 }, host);
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
      host.stderr.write(`candidate ${number}, round ${round}: ${scoreText(score)}\n`);
    },
  }).finally(view.stop);
  if (made.outcome.ledger) view.onLedger(made.outcome.ledger);
  if (made.outcome.ended.kind === "failed") throw made.outcome.ended.error;
  return keepBest(prepared, made, { flags, host });
}

function keepBest(
  prepared: Prepared,
  made: Synthesized,
  { flags, host }: Pick<HardenCommand, "flags" | "host">,
): ExitCode {
  const { scaffold, paths } = prepared;
  const [best] = made.candidates;
  const kept = best && best.score.agreed > 0 ? best : undefined;
  const body: WrittenBody | undefined = kept && keptBody(kept, writerText(made));
  // An untouched tool may be replaced; the others are a person's as ever.
  const written = [
    ...writeScaffold(scaffold, paths, {
      force: flags.force === true,
      replaceTool: true,
      body,
      host,
    }),
    ...writeCandidates(made, paths, { kept, host }),
  ];
  const tool = relative(host.cwd, paths.tool);
  const notes = kept
    ? [
        `kept candidate ${kept.number}: ${scoreText(kept.score)}`,
        `inputs on which candidates differ: ${made.queries.length}`,
        `${tool} holds code that was written by ${writerText(made)} and has run in the sandbox only.`,
        "Review it before you run it, its test or a comparison.",
      ]
    : ["no candidate agrees with the prompt on any input: the tool declines everything"];
  tell(prepared, { written, flags, host, notes });
  return kept ? EXIT.done : EXIT.inconclusive;
}

interface Telling {
  readonly written: readonly Written[];
  readonly notes: readonly string[];
  readonly flags: HardenFlags;
  readonly host: Host;
}

function tell({ scan: { worker, figures } }: Prepared, { written, notes, flags, host }: Telling) {
  const shown = written.map(({ path, how }) => ({ path: relative(host.cwd, path), how }));
  if (flags.json) {
    const { train, holdout } = figures;
    const line = { kind: "hardened", worker, train, holdout, files: shown, notes };
    host.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const lines = [
    `${worker.name}: ${counted(figures.train, "input")} to learn from, ${figures.holdout} held out`,
    ...shown.map(({ path, how }) => `${how} ${path}${howText(path, how)}`),
    ...notes,
  ];
  host.stdout.write(`${lines.join("\n")}\n`);
}

function howText(path: string, how: Written["how"]): string {
  if (how !== "kept") return "";
  return path.endsWith(".ts")
    ? " (it differs; --force writes it anew)"
    : " (it holds who has looked)";
}

function nextSteps({ scaffold, paths, scan: { worker } }: Prepared, host: Host): readonly string[] {
  const tool = shellQuote(relative(host.cwd, paths.tool));
  const test = shellQuote(relative(host.cwd, paths.test));
  const file = shellQuote(worker.file);
  return [
    `Next: write the function answer in ${tool}, and run npx vitest run ${test}`,
    `Then: llm-do compare ${file} ${tool}#${scaffold.worker.name}`,
  ];
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
