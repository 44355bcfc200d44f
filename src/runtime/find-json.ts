import type { Json } from "../model/json.ts";

/** How many places of a text are tried; a text of opening brackets would else take for ever. */
const MAX_TRIES = 200;

/** A fenced block: what models put JSON into that nobody holds them to. */
const FENCED = /```[a-z]*[^\S\n]*\r?\n([\s\S]*?)```/gi;

/** A whole text that is one fenced block, which may hold fences itself. */
const ONE_FENCE = /^```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n?```$/i;

/**
 * The JSON values that a text may mean, in groups; the first group that has one counts: the whole
 * text or its one fence, then the fenced blocks within prose, then the objects and lists within it.
 */
export function findJson(text: string): readonly (readonly Json[])[] {
  const trimmed = text.trim();
  const whole = wholeJson(trimmed);
  if (whole) return [[whole.value]];
  const fenced = [...trimmed.matchAll(FENCED)].flatMap(([, inner = ""]) => parsed(inner) ?? []);
  return [fenced.map(({ value }) => value), [...within(trimmed)]].filter(
    ({ length }) => length > 0,
  );
}

/** The JSON value that a whole text says, or its one fence. */
export function wholeJson(text: string): { readonly value: Json } | undefined {
  const trimmed = text.trim();
  return parsed(trimmed) ?? parsed(ONE_FENCE.exec(trimmed)?.[1] ?? "");
}

function parsed(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The outermost objects and lists of a text, from its beginning on. */
function* within(text: string): Generator<Json> {
  const opening = /[{[]/g;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = opening.exec(text);
    if (!found) return;
    const end = endOf(text, found.index);
    const value = end === undefined ? undefined : parsed(text.slice(found.index, end));
    if (!value || end === undefined) continue;
    yield value.value;
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
