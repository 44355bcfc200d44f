import { type Schema, type Validation, validate } from "../../functions/schema.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { type Json, tryParseJson, wholeJson } from "../../model/json.ts";
import { type UserMessage, userText } from "../../model/message.ts";

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
  const isSure = whole !== undefined && typeof whole !== "number";
  const checked = isSure ? await validate(schema, whole) : undefined;
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

/** How many places of a text are tried; a text of opening brackets would else take for ever. */
const MAX_TRIES = 200;

/** A fenced block: what models put JSON into that nobody holds them to. */
const FENCED = /```[a-z]*[^\S\n]*\r?\n([\s\S]*?)```/gi;

/**
 * The JSON values that a text may mean, in groups; the first group that has one counts: the whole
 * text or its one fence, then the fenced blocks within prose, then the objects and lists within it.
 */
function findJson(text: string): readonly (readonly Json[])[] {
  const trimmed = text.trim();
  const whole = wholeJson(trimmed);
  if (whole !== undefined) return [[whole]];
  const fenced = [...trimmed.matchAll(FENCED)]
    .map(([, inner = ""]) => tryParseJson(inner))
    .filter((value) => value !== undefined);
  return [fenced, [...within(trimmed)]].filter(({ length }) => length > 0);
}

/** The outermost objects and lists of a text, from its beginning on. */
function* within(text: string): Generator<Json> {
  const opening = /[{[]/g;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = opening.exec(text);
    if (!found) return;
    const end = endOf(text, found.index);
    const value = end === undefined ? undefined : tryParseJson(text.slice(found.index, end));
    if (value === undefined || end === undefined) continue;
    yield value;
    opening.lastIndex = end;
  }
}

/** Where the bracket that opens at a place is closed; brackets within strings do not count. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;
  token.lastIndex = start;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [said] = found;
    if (said === "{" || said === "[") depth++;
    if (said === "}" || said === "]") depth--;
    if (depth === 0) return token.lastIndex;
  }
  return undefined;
}
