import type { Json } from "../../model/json.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";

/** One call that passed through the tool gate, or was refused there. */
export interface CallRecord {
  /** Path from the entry, as in `main/analyzer#2`; empty for a call that was malformed. */
  readonly id: string;
  /** The id of the call that made it. */
  readonly caller: string;
  readonly function: string;
  readonly input: Json;
  /** What the caller was told; JSON where it was not a text. Undefined when the run ended first. */
  readonly output: Json | undefined;
  /** Whether that was an error: the function failed, or the call was denied. */
  readonly isError: boolean;
}

/** Collects the calls of a run from its events, in the order in which they were made. */
export class CallLog {
  readonly #calls: CallRecord[] = [];

  get calls(): readonly CallRecord[] {
    return this.#calls;
  }

  readonly onEvent = (event: RunEvent): void => {
    if (event.kind === "tool-call") {
      const { target: id = "", callId: caller, tool, input } = event;
      const unanswered = { output: undefined, isError: false };
      this.#calls.push({ id, caller, function: tool, input, ...unanswered });
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
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
