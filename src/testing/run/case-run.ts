import type { PerformedEffect } from "../../cassette/session/effect-policy.ts";
import type { Ledger } from "../../cassette/state/ledger.ts";
import type { ExitCode } from "../../errors/codes.ts";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Json } from "../../model/json.ts";
import type { Usage } from "../../model/usage.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { CallRecord } from "./call-log.ts";
import type { Failure } from "./failure.ts";

/** One run of a case or of a test, as expectations see it. */
export interface CaseRun<Output = Json> {
  /** Undefined when the run did not end well. */
  readonly output: Output | undefined;
  /** What ended the run instead. */
  readonly error: LlmDoError | undefined;
  /**
   * Why it was not recorded, of a run that should have been: a provider without time, or money that is
   * spent. Its cassette is as it was.
   */
  readonly notRecorded?: Failure | undefined;
  /** What the command line would have ended with. */
  readonly exitCode: ExitCode;
  readonly calls: readonly CallRecord[];
  readonly events: readonly RunEvent[];
  /** Undefined without a cassette of its own. */
  readonly ledger: Ledger | undefined;
  readonly usage: Usage;
  /** In US dollars; undefined when a model's price is unknown. */
  readonly usd: number | undefined;
  /** Exchanges with models, answered by whomever. */
  readonly requests: number;
  readonly warnings: readonly string[];
  /** External effects that happened while its cassette was recorded. Default: none. */
  readonly performed?: readonly PerformedEffect[];
  /** The folder that it worked in, absolute. */
  readonly workFolder: string;
}
