import type { Json } from "./json.ts";

/**
 * The one text of a JSON value: keys sorted by code unit, no white space, undefined fields left
 * out.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) {
    let out = "[";
    for (let index = 0; index < value.length; index++) {
      if (index > 0) out += ",";
      out += canonicalJson(value[index]);
    }
    return `${out}]`;
  }
  return canonicalObject(value as Record<string, Json>);
}

function canonicalObject(value: Record<string, Json>): string {
  let out = "{";
  for (const key of sortedKeys(value)) {
    const field = value[key];
    if (field === undefined) continue;
    if (out.length > 1) out += ",";
    out += `${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `${out}}`;
}

/** Most objects have their keys in order already, and sorting costs more than looking. */
function sortedKeys(value: Record<string, Json>): readonly string[] {
  const keys = Object.keys(value);
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] ?? "") > (keys[index] ?? "")) return keys.sort();
  }
  return keys;
}
