import type { StopReason } from "../model/event.ts";
import type { Json } from "../model/json.ts";
import type { ToolCallPart } from "../model/message.ts";

/** Characters of invalid arguments that the model is shown again. */
const SHOWN_CHARACTERS = 200;

/** Why a call that has `invalidInput` cannot be made. */
export type InvalidCall =
  /** The answer reached its token limit in the middle of the call. */
  | { readonly kind: "cut" }
  /** The arguments are no JSON. */
  | { readonly kind: "broken" }
  /** The arguments are JSON that is no object. */
  | { readonly kind: "no-object"; readonly is: string }
  /** The server refused the call, for a reason of its own. */
  | { readonly kind: "refused"; readonly reason: string };

/** @param stop why the answer that holds the call stopped */
export function invalidCall(part: ToolCallPart, stop: StopReason): InvalidCall {
  const { invalidInput = "", refusal } = part;
  if (refusal !== undefined) return { kind: "refused", reason: refusal };
  const value = parsed(invalidInput);
  if (value !== undefined) return { kind: "no-object", is: kindOf(value.json) };
  return { kind: stop === "max-tokens" ? "cut" : "broken" };
}

/** What the model is told in place of a result. */
export function invalidCallText({ invalidInput = "" }: ToolCallPart, why: InvalidCall): string {
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

function parsed(text: string): { readonly json: Json } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return (
    { string: "a text", number: "a number", boolean: "a boolean" }[typeof value as string] ?? ""
  );
}
