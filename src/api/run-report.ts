import type { Summary } from "../cassette/state/summary.ts";
import { adviseProgram, type LlmDoError } from "../errors/llm-do-error.ts";
import type { ProjectOutcome } from "../project/run/run-project.ts";
import type { RunFacts } from "../runtime/state/run-record.ts";

/**
 * What a run comes to.
 *
 * @example
 * const { output, usd, messages } = await run({ files: ["main.worker"], input: "Hello." });
 */
export interface RunReport<Output = unknown> extends RunFacts {
  /** What the entry gave: a text, or what its output schema takes. */
  readonly output: Output;
  /** What the cassette served and missed. Undefined without a cassette. */
  readonly summary: Summary | undefined;
  /** Path of the cassette, as it was given. Undefined without one. */
  readonly cassette: string | undefined;
}

/** What a run that failed came to: `run` of the error that ended it. */
export type FailedRun = Omit<RunReport, "output">;

/** What a run had of its cassette, in the end. */
interface CassetteEnd {
  readonly path: string | undefined;
  readonly summary: Summary | undefined;
  /** What keeps its recording from being written or replayed. Absent where nothing does. */
  readonly problem?: LlmDoError;
}

/**
 * The report of a run that has ended.
 *
 * @throws LlmDoError what ended the run, or else what is wrong with its recording, with what the run
 * had come to as `run`
 */
export function reportOf(
  { ended, facts }: ProjectOutcome,
  { path, summary, problem }: CassetteEnd,
): RunReport<never> {
  const failure = ended.kind === "failed" ? ended.error : problem;
  if (!facts) throw failure ?? new TypeError("no run began");
  const run: FailedRun = { ...facts, summary, cassette: path };
  if (failure) throw withRun(failure, run);
  if (ended.kind === "failed") throw ended.error;
  return { output: ended.result.output as never, ...run }; // what its schema made, whoever asked
}

/**
 * The error with the run that it ended. Neither `JSON.stringify` nor `console.log` shows the run. An
 * error that has ended another run already keeps that, and a copy gets this one.
 */
function withRun(error: LlmDoError, run: FailedRun): LlmDoError {
  const own = Object.hasOwn(error, "run") ? copyOf(adviseProgram(error)) : error;
  const hidden = { enumerable: false, configurable: true, writable: true };
  return Object.defineProperty(own, "run", { ...hidden, value: run });
}

function copyOf(error: LlmDoError): LlmDoError {
  const copy = Object.setPrototypeOf(new Error(error.message), Object.getPrototypeOf(error));
  return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(error));
}
