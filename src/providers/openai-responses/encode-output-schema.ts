import type { OpenAI } from "openai";
import type { JsonSchema } from "../../model/json.ts";
import { outputDialect } from "../wire/output-dialect.ts";
import { OPENAI_SCHEMAS } from "../wire/schema-rules.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";

/** What the API takes for a schema's name: `name` of `ResponseFormatTextJSONSchemaConfig`. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * The format of an answer that must fit a schema. Strict where strict mode surely takes the
 * schema; elsewhere the model is told the schema but not held to it, and who reads the answer
 * checks it.
 */
export function encodeOutputSchema(
  schema: JsonSchema,
  { jsonSchema }: ServerSwitches = DEFAULT_SWITCHES,
): OpenAI.Responses.ResponseTextConfig {
  const { title } = schema;
  const name = typeof title === "string" && NAME.test(title) ? title : "answer";
  const { schema: sent, strict } = outputDialect(schema, OPENAI_SCHEMAS);
  const isStrict = strict && jsonSchema === "strict";
  return { format: { type: "json_schema", name, schema: sent, strict: isStrict } };
}
