import { type Schema, type Validation, validate } from "../functions/schema.ts";
import { canonicalJson } from "../model/canonical.ts";
import { type UserMessage, userText } from "../model/message.ts";
import { findJson, wholeJson } from "./find-json.ts";

/**
 * Reads the value that an answer says in JSON, alone or within prose, and checks it. Of several
 * values in prose the one that fits counts; where several fit, nobody knows which is meant.
 */
export async function readValue(schema: Schema, text: string): Promise<Validation> {
  for (const candidates of findJson(text)) {
    const read = await Promise.all(
      candidates.map(async (value) => ({ value, checked: await validate(schema, value) })),
    );
    const fitting = read.filter(({ checked }) => checked.kind === "valid");
    const distinct = new Set(fitting.map(({ value }) => canonicalJson(value)));
    if (distinct.size > 1) {
      return { kind: "invalid", issues: [`it holds ${distinct.size} different values that fit`] };
    }
    const best = fitting[0] ?? (read.length === 1 ? read[0] : undefined);
    if (best) return best.checked;
  }
  // Not in the words of the JavaScript engine: the next request is keyed by what it says.
  return { kind: "invalid", issues: [text.trim() === "" ? "it is empty" : "it is not JSON"] };
}

/**
 * Reads the value of an answer that reached its token limit. It must be the whole answer, and no
 * number: of a value within prose, or of the digits so far, nobody knows whether it is the one meant.
 */
export async function readCutValue(schema: Schema, text: string): Promise<Validation> {
  const whole = wholeJson(text);
  const isSure = whole !== undefined && typeof whole.value !== "number";
  const checked = isSure ? await validate(schema, whole.value) : undefined;
  return checked?.kind === "valid" ? checked : { kind: "invalid", issues: [CUT_VALUE] };
}

const CUT_VALUE = "it was cut off at the token limit (settings.max_tokens)";

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
