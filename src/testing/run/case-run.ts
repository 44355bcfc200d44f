import type { PerformedEffect } from "../../cassette/session/effect-policy.ts";
import type { Summary } from "../../cassette/state/summary.ts";
import type { ExitCode } from "../../errors/codes.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FunctionName } from "../../functions/function-types.ts";
import { type Json, jsonOrText } from "../../model/json.ts";
import type { Usage } from "../../model/usage.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { CallReport } from "../../runtime/state/run-record.ts";
import type { Failure } from "./failure.ts";
import { type RunFunctions, unknownName } from "./known-functions.ts";

/** One run of a case or test, with everything that expectations look at. */
export interface CaseRun<Output = Json> {
  /** Undefined if the run failed. */
  readonly output: Output | undefined;
  /** The error that ended the run. Undefined if it did not fail. */
  readonly error: LlmDoError | undefined;
  /**
   * Why a run that should have been recorded was not: the provider is busy, or the budget is spent. Its
   * cassette is unchanged.
   */
  readonly notRecorded?: Failure | undefined;
  /** The exit code that the command line would have had. */
  readonly exitCode: ExitCode;
  readonly calls: readonly CallRecord[];
  /** The functions that the run could call. A name that is not among them is a mistake of the test. */
  readonly functions: RunFunctions;
  readonly events: readonly RunEvent[];
  /** Undefined without a cassette of its own. */
  readonly summary: Summary | undefined;
  readonly usage: Usage;
  /** In US dollars; undefined when a model's price is unknown. */
  readonly usd: number | undefined;
  /** Exchanges with models, replayed ones included. */
  readonly requests: number;
  readonly warnings: readonly string[];
  /** External effects that happened while its cassette was recorded. Default: none. */
  readonly performed?: readonly PerformedEffect[];
  /** The folder that it worked in, absolute. */
  readonly workFolder: string;
}

/**
 * Returns the calls of one function in a run, in order, without the call of the entry itself.
 *
 * @throws LlmDoError `usage` for a name of no function, with the nearest one: it is never called
 *
 * @example
 * callsOf(run, "add").map(({ input }) => input); // [{ a: 2, b: 3 }]
 */
export function callsOf(
  { calls, functions }: Pick<CaseRun, "calls" | "functions">,
  name: FunctionName,
): readonly CallRecord[] {
  const unknown = unknownName([name], functions);
  if (unknown) {
    const { reason, meant } = unknown;
    const tries = meant === undefined ? [] : [`write "${meant}"`];
    throw new LlmDoError({ code: "usage", verb: "find calls of", what: name, reason, tries });
  }
  return calls.filter((call) => call.function === name);
}

/** One call that passed the tool gate or was refused there. */
export interface CallRecord {
  /** Path from the entry, as in `main/analyzer#2`; empty for a call that was malformed. */
  readonly id: string;
  /** The id of the call that made it. */
  readonly caller: string;
  readonly function: string;
  /**
   * What the function got: its input as its schema made it, with defaults and without what the schema
   * drops. What was sent, if the schema refused that.
   */
  readonly input: Json;
  /** What the caller wrote, a model or code. */
  readonly sent: Json;
  /** What the caller was told, parsed if it is a JSON object or list. Undefined if the run ended first. */
  readonly output: Json | undefined;
  /** True if the function failed or the call was denied. */
  readonly isError: boolean;
}

/** Collects the calls of a run from its events, in the order in which they were made. */
export class CallLog {
  readonly #calls: CallRecord[] = [];

  /** @param reported what the run says of its calls: events say what was sent */
  calls(reported: readonly CallReport[]): readonly CallRecord[] {
    const inputs = new Map(reported.map(({ callId, input }) => [callId, input]));
    return this.#calls.map((call) => ({ ...call, input: inputs.get(call.id) ?? call.sent }));
  }

  readonly onEvent = (event: RunEvent): void => {
    if (event.kind === "tool-call") {
      const { target: id = "", callId: caller, tool, input } = event;
      const unanswered = { output: undefined, isError: false };
      this.#calls.push({ id, caller, function: tool, input, sent: input, ...unanswered });
    }
    if (event.kind !== "tool-result") return;
    const { target: id = "", callId: caller, isError } = event;
    const at = this.#calls.findLastIndex(
      (call) => call.id === id && call.caller === caller && call.output === undefined,
    );
    const call = this.#calls[at];
    if (call) this.#calls[at] = { ...call, output: jsonOf(event.output), isError };
  };
}

/** Functions give JSON, which models and events read as text. */
function jsonOf(text: string): Json {
  return /^[[{]/.test(text) ? jsonOrText(text) : text;
}
