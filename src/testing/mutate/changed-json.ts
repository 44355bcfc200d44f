import type { Rewrites } from "../../cassette/rules/rules.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import { changeEachWord, changeOf } from "./changed-text.ts";

/** A value before and after one place of it was changed. */
export interface JsonChange {
  readonly before: Json;
  readonly after: Json;
}

/** What stands in the place of nothing. */
const SOMETHING = "changed";

/**
 * A value with one of its texts, numbers or truth values changed: the first whose change the
 * project's rules do not hide, else the first; undefined where all of it is redacted.
 */
export function changeJson(value: Json, rewrites: Rewrites): JsonChange | undefined {
  let hidden: JsonChange | undefined;
  for (const { after, isHidden } of changes(value, rewrites)) {
    if (!isHidden) return { before: value, after };
    hidden ??= { before: value, after };
  }
  return hidden;
}

/**
 * A value with everything in it changed that is a text, a number or a truth value. Code may overlook
 * one word of what it gets, such as a column that it does not sum, but not all of it.
 */
export function changeEverywhere(value: Json): JsonChange {
  return { before: value, after: everywhere(value) };
}

function everywhere(value: Json): Json {
  if (typeof value === "string") return changeEachWord(value);
  if (typeof value === "number") return otherNumber(value);
  if (typeof value === "boolean") return !value;
  if (isJsonObject(value)) {
    const fields = Object.entries(value).map(([name, field]) => [name, everywhere(field)] as const);
    return fields.length === 0 ? { [SOMETHING]: true } : Object.fromEntries(fields);
  }
  if (!Array.isArray(value)) return SOMETHING;
  return value.length === 0 ? [SOMETHING] : value.map((item: Json) => everywhere(item));
}

/** One more; beyond 2^53 that can be the same number. */
function otherNumber(value: number): number {
  return value + 1 === value ? -value : value + 1;
}

interface Candidate {
  readonly after: Json;
  readonly isHidden: boolean;
}

function* changes(value: Json, rewrites: Rewrites): Generator<Candidate> {
  if (typeof value === "string") {
    const change = changeOf(value, rewrites);
    if (change) yield change;
  } else if (typeof value === "number") {
    yield judged(value, otherNumber(value), rewrites);
  } else if (typeof value === "boolean") {
    yield judged(value, !value, rewrites);
  } else if (isJsonObject(value)) {
    yield* changesOfFields(value, rewrites);
  } else if (Array.isArray(value) && value.length > 0) {
    yield* changesOfItems(value, rewrites);
  } else {
    yield { after: Array.isArray(value) ? [SOMETHING] : SOMETHING, isHidden: false };
  }
}

function* changesOfFields(
  value: Readonly<Record<string, Json>>,
  rewrites: Rewrites,
): Generator<Candidate> {
  const fields = Object.entries(value);
  if (fields.length === 0) yield { after: { [SOMETHING]: true }, isHidden: false };
  for (const [name, field] of fields) {
    for (const { after, isHidden } of changes(field, rewrites)) {
      // Object.fromEntries also takes a key such as "__proto__".
      const changed = Object.fromEntries(
        fields.map(([key, old]) => [key, key === name ? after : old]),
      );
      yield { after: changed, isHidden };
    }
  }
}

function* changesOfItems(items: readonly Json[], rewrites: Rewrites): Generator<Candidate> {
  for (const [at, item] of items.entries()) {
    for (const { after, isHidden } of changes(item, rewrites)) {
      yield { after: items.map((old, index) => (index === at ? after : old)), isHidden };
    }
  }
}

function judged(before: Json, after: Json, { request }: Rewrites): Candidate {
  const isHidden = request !== undefined && request(String(before)) === request(String(after));
  return { after, isHidden };
}
