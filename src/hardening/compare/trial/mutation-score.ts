import { dirname, join, relative, resolve, sep } from "node:path";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import type { Host } from "../../../host/host.ts";
import { NODE_PROGRAM } from "../../../host/this-process.ts";
import { isJsonObject, type Json } from "../../../model/json.ts";
import { projectTop } from "../../../project/project-paths.ts";
import { printable } from "../../../words/printable.ts";

const STRYKER = "@stryker-mutator/core/bin/stryker.js";
const VITEST = "vitest/vitest.mjs";

/** A test of a hardened tool takes a second, and a tool has some hundred mutants. */
const TIMEOUT_MS = 30 * 60_000;
const KEPT_BYTES = 20_000;
const WRITTEN_BYTES = 20_000_000;
/** Lines of what Stryker says that an error repeats. */
const TOLD_LINES = 12;

interface MutationRequest {
  /** Path of the tool's file, which is mutated. */
  readonly tool: string;
  /** Path of its vitest test, which should notice. */
  readonly test: string;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * How many faults that are put into a tool its test notices, by Stryker, which must be installed in the
 * project. It runs vitest as a command for each fault, which takes some seconds.
 *
 * @throws LlmDoError `configuration` where Stryker or vitest is missing, `call` when it fails, as it
 * does where the test fails on the tool as it is
 */
export async function mutationScore(request: MutationRequest): Promise<MutationScore> {
  const { host, signal } = request;
  const folder = projectTop(dirname(resolve(host.cwd, request.tool)), host);
  const stryker = installed(STRYKER, folder, host);
  if (stryker === undefined) throw missing("@stryker-mutator/core");
  const scratch = host.scratch.make();
  // A run that is ended leaves its copies of the tests behind, which vitest would run as well.
  const copies = `.stryker-tmp-${host.createId()}`;
  try {
    const report = join(scratch, "report.json");
    const config = join(scratch, "stryker.json");
    host.files.write(config, JSON.stringify(configOf(request, { folder, report, copies })));
    const end = await host.processes.run({
      program: NODE_PROGRAM,
      arguments: [stryker, "run", config],
      cwd: folder,
      timeoutMs: TIMEOUT_MS,
      keptBytes: KEPT_BYTES,
      writtenBytes: WRITTEN_BYTES,
      signal,
    });
    if (host.files.stat(report)) return readMutationReport(host.files.readText(report));
    throw failed(request.tool, end);
  } finally {
    host.scratch.remove(scratch);
    host.scratch.remove(join(folder, copies));
  }
}

interface MutationPlaces {
  /** The project's. */
  readonly folder: string;
  readonly report: string;
  /** Name of the folder, in the project's, that Stryker works in. */
  readonly copies: string;
}

function configOf(
  { tool, test, host }: MutationRequest,
  { folder, report, copies }: MutationPlaces,
) {
  const within = (path: string) => relative(folder, resolve(host.cwd, path)).split(sep).join("/");
  const vitest = installed(VITEST, folder, host);
  if (vitest === undefined) throw missing("vitest");
  const words = [NODE_PROGRAM, vitest, "run", "--bail", "1", within(test)];
  return {
    mutate: [within(tool)],
    // Its runner for vitest (9.6.1) lets all mutants survive under vitest 5.1 (tried 2026-11-24).
    testRunner: "command",
    commandRunner: { command: words.map(shellWord).join(" ") },
    plugins: [],
    reporters: ["json"],
    jsonReporter: { fileName: report },
    checkers: [],
    tempDirName: copies,
    cleanTempDir: "always",
    allowConsoleColors: false,
  };
}

/** The path of a file of an installed package, found as Node finds packages. */
function installed(file: string, folder: string, { files }: Host): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const path = join(current, "node_modules", file);
    if (files.stat(path)) return path;
    if (dirname(current) === current) return undefined;
  }
}

/** A word for the shell that Stryker starts. */
function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function missing(what: string): LlmDoError {
  const reason = `${what} is not installed, and --strict needs it`;
  return new LlmDoError({
    code: "configuration",
    verb: "mutate",
    what: "tool",
    reason,
    tries: [`npm install --save-dev ${what}`, "or leave --strict out"],
  });
}

type ProcessEnd = Awaited<ReturnType<Host["processes"]["run"]>>;

function failed(tool: string, end: ProcessEnd): LlmDoError {
  return new LlmDoError({
    code: "call",
    verb: "mutate",
    what: tool,
    reason: end.kind === "ended" ? endReason(end) : end.reason,
    details: end.kind === "ended" ? lastLines(end) : [],
    tries: ["run the test of the tool by itself: it must pass before anything is mutated"],
  });
}

type Ended = Extract<ProcessEnd, { readonly kind: "ended" }>;

function endReason({ exitCode, stopped }: Ended): string {
  if (stopped === "timeout") return `Stryker took longer than ${TIMEOUT_MS / 60_000} minutes`;
  return `Stryker ended with exit code ${exitCode} and without a report`;
}

/** What only somebody who works on Stryker wants to read. */
const STACK_LINE = /^\s*(?:at |throw |\^|file:|innerError:|\}|Node\.js )/;

function lastLines({ stdout, stderr }: Ended): readonly string[] {
  const text = new TextDecoder().decode(stdout.head) + new TextDecoder().decode(stderr.head);
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !STACK_LINE.test(line));
  return lines.slice(-TOLD_LINES).map((line) => `  ${printable(line.trimEnd())}`);
}

/** A fault that no test noticed. */
interface Survivor {
  /** 1-based. */
  readonly line: number;
  /** What was done to the code, as Stryker names it: `ConditionalExpression`, ... */
  readonly mutator: string;
  readonly replacement: string;
}

/** What mutation testing found. */
interface MutationScore {
  /** Noticed of all faults, from 0 to 1; undefined where the code has nothing to put a fault into. */
  readonly mutationScore: number | undefined;
  readonly noticed: number;
  /** Faults that count: those that could be run. */
  readonly mutants: number;
  readonly survivors: readonly Survivor[];
}

const NOTICED: readonly Json[] = ["Killed", "Timeout"];
const UNNOTICED: readonly Json[] = ["Survived", "NoCoverage"];

/**
 * Reads a report of the mutation testing report schema, as Stryker writes it
 * (https://github.com/stryker-mutator/mutation-testing-elements, read 2026-11-24): noticed is what was
 * killed or timed out, of all that ran.
 *
 * @throws LlmDoError `call` for another text
 */
export function readMutationReport(text: string): MutationScore {
  const mutants = mutantsOf(parseReport(text));
  const noticed = mutants.filter(({ status }) => NOTICED.includes(status ?? null)).length;
  const survivors = mutants
    .filter(({ status }) => UNNOTICED.includes(status ?? null))
    .map(({ location, mutatorName, replacement }) => ({
      line: lineOf(location),
      mutator: String(mutatorName ?? ""),
      replacement: String(replacement ?? ""),
    }));
  const all = noticed + survivors.length;
  const mutationScore = all === 0 ? undefined : noticed / all;
  return { mutationScore, noticed, mutants: all, survivors };
}

function mutantsOf(report: Json) {
  const files = isJsonObject(report) ? report["files"] : undefined;
  if (!isJsonObject(files)) throw noReport("it has no files");
  return Object.values(files).flatMap((file) => {
    const mutants = isJsonObject(file) ? file["mutants"] : undefined;
    return Array.isArray(mutants) ? mutants.filter(isJsonObject) : [];
  });
}

function lineOf(location: Json | undefined): number {
  const start = isJsonObject(location) ? location["start"] : undefined;
  return isJsonObject(start) ? Number(start["line"]) : 0;
}

function parseReport(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw noReport(messageOf(cause), cause);
  }
}

function noReport(reason: string, cause?: unknown): LlmDoError {
  const what = "report of Stryker";
  return new LlmDoError({ code: "call", verb: "read", what, reason, cause });
}
