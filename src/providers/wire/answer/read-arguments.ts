import { isJsonObject, type Json, type JsonObject, tryParseJson } from "../../../model/json.ts";
import type { ToolCallPart } from "../../../model/message.ts";

/** How often arguments may be wrapped in a JSON text; servers do it once. */
const MAX_WRAPPINGS = 3;

type ReadArguments = Pick<ToolCallPart, "input" | "invalidInput">;

interface ArgumentsReading {
  /** Whether the answer was cut, so that arguments that are missing may have been on their way. */
  readonly isCut: boolean;
  /** Whether the tool takes no arguments at all. */
  readonly takesNone: boolean;
}

/**
 * Reads the arguments of a tool call. They are an object; what is no object, or was cut off, goes
 * into `invalidInput` as it was sent, and the call does not run.
 *
 * - No arguments mean `{}`, unless the answer was cut.
 * - JSON within a JSON text is unwrapped: `"{\"folder\":\"a\"}"` means `{"folder":"a"}`.
 * - `null` means `{}` only for a tool without arguments, as servers written in Go send it.
 */
export function readArguments(
  sent: Json | undefined,
  { isCut, takesNone }: ArgumentsReading,
): ReadArguments {
  const isMissing = sent === undefined || (typeof sent === "string" && sent.trim() === "");
  const isEmpty = isMissing || (isJsonObject(sent) && Object.keys(sent).length === 0);
  if (isEmpty) return isCut ? { input: {}, invalidInput: "" } : { input: {} };
  const input = unwrappedArguments(sent);
  if (input !== undefined) return { input };
  if (takesNone && isNull(sent)) return { input: {} };
  return { input: {}, invalidInput: typeof sent === "string" ? sent : JSON.stringify(sent) };
}

/** The object that arguments are, or that a JSON text in them says; undefined where they are none. */
export function unwrappedArguments(sent: Json): JsonObject | undefined {
  let value: Json | undefined = sent;
  for (let depth = 0; depth <= MAX_WRAPPINGS && typeof value === "string"; depth++) {
    value = tryParseJson(value);
  }
  return isJsonObject(value) ? value : undefined;
}

function isNull(sent: Json): boolean {
  return sent === null || (typeof sent === "string" && sent.trim() === "null");
}
