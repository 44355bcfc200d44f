import type { Held, HeldObject } from "./held-schema.ts";
import { unicodePattern } from "./unicode-pattern.ts";

/**
 * Arranges a schema that was read for the library: what draft 7 says in other keywords stands in
 * those of draft 2020-12, and patterns compile with the flag `u`.
 */
export function arrange(held: HeldObject): void {
  const { items, dependencies, patternProperties } = held;
  if (Array.isArray(items)) {
    held.prefixItems = items;
    delete held.items;
    if (held["additionalItems"] !== undefined) held.items = held["additionalItems"] as Held;
  }
  if (held.properties) {
    held.propertyOrder = Object.keys(held.properties);
    held.properties = tagsFirst(held.properties);
  }
  delete held["additionalItems"];
  delete held["$defs"];
  delete held["definitions"];
  if (patternProperties) {
    const renamed: Record<string, Held> = Object.create(null);
    const rest: Held[] = [];
    for (const [pattern, schema] of Object.entries(patternProperties)) {
      const name = asUnicode(pattern);
      if (name in renamed) rest.push({ patternProperties: { [name]: schema } });
      else renamed[name] = schema;
    }
    held.patternProperties = renamed;
    if (rest.length > 0) held.allOf = [...(held.allOf ?? []), ...rest];
  }
  if (dependencies === undefined) return;
  delete held["dependencies"];
  const all = Object.entries(dependencies as Record<string, Held | readonly string[]>);
  const names = all.filter(([, one]) => Array.isArray(one));
  const schemas = all.filter(([, one]) => !Array.isArray(one));
  const dependent = {
    dependentRequired: Object.fromEntries(names) as Record<string, readonly string[]>,
    dependentSchemas: Object.fromEntries(schemas) as Record<string, Held>,
  };
  held.allOf = [...(held.allOf ?? []), dependent];
}

/**
 * Properties that tell alternatives apart first: the library stops at the first that is wrong, and
 * would go through all parts of the value with each alternative otherwise.
 */
function tagsFirst(properties: Readonly<Record<string, Held>>): Readonly<Record<string, Held>> {
  const out: Record<string, Held> = Object.create(null);
  const isTag = (held: Held) => typeof held !== "boolean" && ("const" in held || "enum" in held);
  const entries = Object.entries(properties);
  for (const [name, held] of entries) if (isTag(held)) out[name] = held;
  for (const [name, held] of entries) out[name] = held;
  return out;
}

/** The pattern as the library compiles it; that it compiles was looked at before. */
export function asUnicode(pattern: string): string {
  const found = unicodePattern(pattern);
  return found.error === undefined ? found.pattern : pattern;
}
