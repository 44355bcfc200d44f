import type { Ledger } from "../../cassette/state/ledger.ts";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import type { RunFacts } from "../../runtime/state/run-record.ts";
import type { ProjectOutcome } from "./run-project.ts";

/**
 * What a run comes to. All of it but what only code can hold is JSON: `JSON.stringify(report)` loses
 * nothing that `run` takes back.
 *
 * @example
 * const { output, usd, messages } = await run({ files: ["main.worker"], input: "Hello." });
 */
export interface RunReport extends RunFacts {
  /** What the entry gave: a text, or what its output schema takes. */
  readonly output: unknown;
  /** What the cassette served and missed. Undefined without a cassette. */
  readonly summary: Ledger | undefined;
  /** Path of the cassette. Undefined without one. */
  readonly cassette: string | undefined;
}

/** What a run that failed came to: `error.run` of the error that ended it. */
export type FailedRun = Omit<RunReport, "output">;

/**
 * The report of a run that has ended.
 *
 * @param cassette path of the cassette; undefined without one
 * @throws LlmDoError what ended the run, with what it had come to as `run`
 */
export function reportOf(
  { ended, ledger: summary, facts }: ProjectOutcome,
  cassette: string | undefined,
): RunReport {
  if (!facts) throw ended.kind === "failed" ? ended.error : new TypeError("no run began");
  const run: FailedRun = { ...facts, summary, cassette };
  if (ended.kind === "failed") throw withRun(ended.error, run);
  return { output: ended.result.output, ...run };
}

/** The error with the run that it ended. Neither `JSON.stringify` nor `console.log` shows the run. */
function withRun(error: LlmDoError, run: FailedRun): LlmDoError {
  const hidden = { enumerable: false, configurable: true, writable: true };
  return Object.defineProperty(error, "run", { ...hidden, value: run });
}
