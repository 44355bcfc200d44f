import type { JsonSchema } from "../../../model/json.ts";
import { fitSchema } from "./fit-schema.ts";
import type { SchemaRules } from "./schema-rules.ts";
import { isStrictSchema } from "./strict-schema.ts";

/** An output schema as one of OpenAI's formats takes it. */
interface OutputDialect {
  readonly schema: JsonSchema;
  readonly strict: boolean;
}

const known = new WeakMap<SchemaRules, WeakMap<JsonSchema, OutputDialect>>();

/**
 * Finds out once for each schema how a server takes it: strictly and as it is, or not strictly and
 * without what is refused there as well.
 */
export function outputDialect(schema: JsonSchema, rules: SchemaRules): OutputDialect {
  const ofRules = known.get(rules) ?? new WeakMap<JsonSchema, OutputDialect>();
  known.set(rules, ofRules);
  const found = ofRules.get(schema);
  if (found) return found;
  const strict = isStrictSchema(schema);
  const made = { schema: strict ? schema : fitSchema(schema, rules).schema, strict };
  ofRules.set(schema, made);
  return made;
}
