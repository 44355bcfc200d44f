import { isJsonObject, type Json, type JsonSchema } from "./json.ts";

/** What a JSON Pointer within a schema leads to; undefined for any other reference. */
export function referredSchema(root: JsonSchema, reference: string): Json | undefined {
  if (reference !== "#" && !reference.startsWith("#/")) return undefined;
  let target: Json | undefined = root;
  for (const step of reference.split("/").slice(1)) {
    const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(target)) target = target[Number(key)];
    else target = isJsonObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  return target;
}

/** A pointer in a reference is a part of a URL; a step that is not encoded so counts as written. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
