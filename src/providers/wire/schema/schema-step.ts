import type { JsonObject, JsonSchema } from "../../../model/json.ts";
import type { SchemaRules } from "./schema-rules.ts";

/** What a step looks at beside the schema. */
export interface StepContext {
  readonly rules: SchemaRules;
  readonly root: JsonSchema;
  /** How much may still be written in several places, in all of the schema. */
  readonly writable: { characters: number };
}

/** A schema after one step. */
export interface Stepped {
  readonly schema: JsonObject;
  /** Keywords that the schema no longer has and that said something of values. */
  readonly told?: JsonObject;
}

export type Step = (schema: JsonObject, context: StepContext) => Stepped | undefined;

/** Keywords without which a schema accepts the same values. */
const ANNOTATIONS: ReadonlySet<string> = new Set(
  "$defs definitions deprecated description examples readOnly title writeOnly default".split(" "),
);

/** What is told of keywords that a schema no longer has; nothing of those that say nothing. */
export function toldOf(
  schema: JsonObject,
  gone: readonly string[],
): { readonly told?: JsonObject } {
  const said = Object.entries(schema).filter(
    ([keyword]) => gone.includes(keyword) && !ANNOTATIONS.has(keyword),
  );
  return said.length === 0 ? {} : { told: Object.fromEntries(said) };
}
