import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Json } from "../../model/json.ts";

/** What a model reads of a function's output: text as it is, anything else as JSON. */
export function outputText(output: Json): string {
  return typeof output === "string" ? output : JSON.stringify(output);
}

/**
 * A value as JSON would carry it; undefined becomes null.
 *
 * @throws LlmDoError `call` when JSON cannot carry it: a cycle, a big integer
 */
export function toJson(value: unknown, name: string): Json {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (value === undefined) return null;
  try {
    const text = JSON.stringify(value);
    return text === undefined ? null : (JSON.parse(text) as Json); // what was parsed is JSON
  } catch (error) {
    throw new LlmDoError({
      code: "call",
      verb: "call",
      what: name,
      reason: `a value that it takes or gives is not JSON: ${messageOf(error)}`,
      cause: error,
    });
  }
}
