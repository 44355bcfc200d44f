import { type Schema, type Validation, validate } from "../functions/schema.ts";
import type { Json } from "../model/json.ts";
import { type UserMessage, userText } from "../model/message.ts";

/** An answer that is one fenced block, as models write JSON that nobody holds them to. */
const FENCED = /^```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n?```$/i;

/** Reads the value that an answer says in JSON, fenced or not, and checks it. */
export async function readValue(schema: Schema, text: string): Promise<Validation> {
  const trimmed = text.trim();
  let value: Json;
  try {
    value = JSON.parse(FENCED.exec(trimmed)?.[1] ?? trimmed);
  } catch {
    // Not in the words of the JavaScript engine: the next request is keyed by what it says.
    return { kind: "invalid", issues: [trimmed === "" ? "it is empty" : "it is not JSON"] };
  }
  return validate(schema, value);
}

/** Says what does not fit, and asks for the whole value again. */
export function repairMessage(issues: readonly string[]): UserMessage {
  return userText(
    [
      "Your answer does not fit the output schema:",
      ...issues.map((issue) => `- ${issue}`),
      "Answer again with the whole JSON value, corrected, and nothing else.",
    ].join("\n"),
  );
}
