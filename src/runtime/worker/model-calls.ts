import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { StopReason } from "../../model/event.ts";
import { type Json, tryParseJson } from "../../model/json.ts";
import type { ToolCallPart, ToolMessage } from "../../model/message.ts";
import type { Call } from "../state/call.ts";
import { outputText } from "../state/output.ts";
import type { RunState } from "../state/run-state.ts";
import { callFailed, cutWarning, isToldToModel, toldText } from "../state/told-to-model.ts";

/** How many answers in a row the token limit may cut within a tool call before the worker gives up. */
const MAX_CUT_ANSWERS = 2;

/** How many answers in a row may hold no tool call that can be made before the worker gives up. */
const MAX_INVALID_ANSWERS = 5;

/** Counts answers in a row whose calls could not be made. */
export class InvalidAnswers {
  readonly #worker: string;
  #cut = 0;
  #invalid = 0;

  constructor(worker: string) {
    this.#worker = worker;
  }

  /** @throws LlmDoError `call` at the first answer too many */
  note(stop: StopReason, calls: readonly ToolCallPart[]): void {
    const kinds = calls.flatMap((part) =>
      part.invalidInput === undefined ? [] : [invalidCall(part, stop).kind],
    );
    this.#cut = kinds.includes("cut") ? this.#cut + 1 : 0;
    this.#invalid = kinds.length === calls.length ? this.#invalid + 1 : 0;
    if (this.#cut > MAX_CUT_ANSWERS) {
      const reason = `the token limit cut ${this.#cut} of its answers in a row within a tool call`;
      throw callFailed(this.#worker, reason, { tries: [raiseLimit(this.#worker)] });
    }
    if (this.#invalid > MAX_INVALID_ANSWERS) {
      const reason = `${this.#invalid} answers of its model in a row hold no tool call that can be made`;
      throw callFailed(this.#worker, reason, {
        tries: ["use a model that is better at tool calls"],
      });
    }
  }
}

interface AnswerCalls {
  readonly calls: readonly ToolCallPart[];
  /** Why the answer that holds them stopped. */
  readonly stop: StopReason;
}

/** Runs the calls of one answer at once; the results come in the order of the calls. */
export function answerCalls(
  run: RunState,
  call: Call,
  { calls, stop }: AnswerCalls,
): Promise<readonly ToolMessage[]> {
  return Promise.all(calls.map((part) => answerCall(run, call, { part, stop })));
}

async function answerCall(
  run: RunState,
  call: Call,
  { part, stop }: { readonly part: ToolCallPart; readonly stop: StopReason },
): Promise<ToolMessage> {
  const { id, name } = part;
  const message = (text: string, isError: boolean): ToolMessage => {
    const warning = cutWarning(name, text);
    if (warning !== undefined) run.emit(call, { kind: "warning", message: warning });
    return { kind: "tool", id, name, content: [{ kind: "text", text: toldText(text) }], isError };
  };
  if (part.invalidInput !== undefined) return message(refuseCall(run, call, { part, stop }), true);
  try {
    return message(
      outputText(await run.callByName(call, { name, input: part.input, by: "model" })),
      false,
    );
  } catch (error) {
    if (!isToldToModel(error)) throw error;
    return message(isLlmDoError(error) ? error.reason : messageOf(error), true);
  }
}

/** A call whose arguments nobody can read does not reach the gate, but counts as one. */
function refuseCall(
  run: RunState,
  call: Call,
  { part, stop }: { readonly part: ToolCallPart; readonly stop: StopReason },
): string {
  const { name, invalidInput = "" } = part;
  call.budget.countCall(call.depth + 1, `${call.id}/${name}`);
  const why = invalidCall(part, stop);
  const output = invalidCallText(part, why);
  if (why.kind === "cut") {
    const worker = call.function.name;
    const message = `the token limit cut the call of ${name} by ${worker}; ${raiseLimit(worker)}`;
    run.emit(call, { kind: "warning", message });
  }
  run.record.refused(call, { name, sent: invalidInput, message: output });
  run.emit(call, { kind: "tool-call", tool: name, input: invalidInput });
  run.emit(call, { kind: "tool-result", tool: name, output, isError: true });
  return output;
}

/** What to do about an answer that its token limit cut. */
export function raiseLimit(worker: string): string {
  return `raise settings.max_tokens of ${worker}`;
}

/** Characters of invalid arguments that the model is shown again. */
const SHOWN_CHARACTERS = 200;

/** Why a call that has `invalidInput` cannot be made. */
type InvalidCall =
  /** The answer reached its token limit in the middle of the call. */
  | { readonly kind: "cut" }
  /** The arguments are no JSON. */
  | { readonly kind: "broken" }
  /** The arguments are JSON that is no object. */
  | { readonly kind: "no-object"; readonly is: string }
  /** The server refused the call, for a reason of its own. */
  | { readonly kind: "refused"; readonly reason: string };

/** @param stop why the answer that holds the call stopped */
function invalidCall(part: ToolCallPart, stop: StopReason): InvalidCall {
  const { invalidInput = "", refusal } = part;
  if (refusal !== undefined) return { kind: "refused", reason: refusal };
  const value = tryParseJson(invalidInput);
  if (value !== undefined) return { kind: "no-object", is: kindOf(value) };
  return { kind: stop === "max-tokens" ? "cut" : "broken" };
}

/** What the model is told in place of a result. */
function invalidCallText({ invalidInput = "" }: ToolCallPart, why: InvalidCall): string {
  switch (why.kind) {
    case "cut":
      return "This call was not run: your answer reached its token limit before the call was complete. Send it again with shorter arguments, or do the work in several calls.";
    case "broken":
      return `This call was not run: its arguments are not valid JSON. Send the call again.${shown(invalidInput)}`;
    case "no-object":
      return `This call was not run: its arguments must be a JSON object, and they are ${why.is}. Send the call again.${shown(invalidInput)}`;
    case "refused":
      return `This call was not run: it was refused (${why.reason.replace(/[.\s]*$/, "")}). Send it again as the tool's schema says.${shown(invalidInput)}`;
    default:
      return why satisfies never;
  }
}

function shown(sent: string): string {
  if (sent.trim() === "") return " Its arguments were empty.";
  const cut = sent.length > SHOWN_CHARACTERS ? "..." : "";
  return ` Its arguments were: ${sent.slice(0, SHOWN_CHARACTERS)}${cut}`;
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return (
    { string: "a text", number: "a number", boolean: "a boolean" }[typeof value as string] ?? ""
  );
}
