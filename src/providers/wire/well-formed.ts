import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** Whether no text in a value, names of properties among them, holds half a surrogate pair. */
export function isWellFormed(value: Json): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (Array.isArray(value)) return value.every((item: Json) => isWellFormed(item));
  if (!isJsonObject(value)) return true;
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isWellFormed(item));
}

/**
 * The value with U+FFFD in place of each half of a surrogate pair, in texts and in names of
 * properties. A value without any comes back as it is.
 */
export function wellFormed(value: JsonObject): JsonObject;
export function wellFormed(value: Json): Json;
export function wellFormed(value: Json): Json {
  return isWellFormed(value) ? value : repaired(value);
}

function repaired(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map((item: Json) => repaired(item));
  if (!isJsonObject(value)) return value;
  const taken = new Set(Object.keys(value).filter((name) => name.isWellFormed()));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.isWellFormed() ? name : takeName(name.toWellFormed(), taken),
      repaired(item),
    ]),
  );
}

/** Two names that differ in their broken halves alone stay two. */
function takeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let copy = 2; taken.has(free); copy++) free = `${name}_${copy}`;
  taken.add(free);
  return free;
}
