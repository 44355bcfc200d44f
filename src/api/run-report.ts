import type { Ledger } from "../cassette/state/ledger.ts";
import { isLlmDoError, type LlmDoError } from "../errors/llm-do-error.ts";
import type { ProjectOutcome } from "../project/run/run-project.ts";
import type { RunFacts } from "../runtime/state/run-record.ts";

/**
 * What a run comes to.
 *
 * @example
 * const { output, usd, messages } = await run({ files: ["main.worker"], input: "Hello." });
 */
export interface RunReport extends RunFacts {
  /** What the entry gave: a text, or what its output schema takes. */
  readonly output: unknown;
  /** What the cassette served and missed. Undefined without a cassette. */
  readonly summary: Ledger | undefined;
  /** Path of the cassette, as it was given. Undefined without one. */
  readonly cassette: string | undefined;
}

/** What a run that failed came to: `run` of the error that ended it. */
export type FailedRun = Omit<RunReport, "output">;

/** What a run had of its cassette, in the end. */
interface CassetteEnd {
  readonly path: string | undefined;
  /** @throws LlmDoError when what was recorded cannot be written */
  summary(): Ledger | undefined;
}

/**
 * The report of a run that has ended.
 *
 * @throws LlmDoError what ended the run, or keeps its recording from being written, with what the run
 * had come to as `run`
 */
export function reportOf({ ended, facts }: ProjectOutcome, cassette: CassetteEnd): RunReport {
  if (!facts) throw ended.kind === "failed" ? ended.error : new TypeError("no run began");
  const { path } = cassette;
  let summary: Ledger | undefined;
  try {
    summary = cassette.summary();
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    throw withRun(error, { ...facts, summary: undefined, cassette: path });
  }
  const run: FailedRun = { ...facts, summary, cassette: path };
  if (ended.kind === "failed") throw withRun(ended.error, run);
  return { output: ended.result.output, ...run };
}

/** The error with the run that it ended. Neither `JSON.stringify` nor `console.log` shows the run. */
function withRun(error: LlmDoError, run: FailedRun): LlmDoError {
  const hidden = { enumerable: false, configurable: true, writable: true };
  return Object.defineProperty(error, "run", { ...hidden, value: run });
}
