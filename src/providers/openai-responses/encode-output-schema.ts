import type { OpenAI } from "openai";
import type { JsonSchema } from "../../model/json.ts";
import { outputDialect } from "../wire/output-dialect.ts";
import { OPENAI_SCHEMAS } from "../wire/schema-rules.ts";

/** What the API takes for a schema's name: `name` of `ResponseFormatTextJSONSchemaConfig`. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * The format of an answer that must fit a schema. Strict where strict mode surely takes the
 * schema; elsewhere the model is told the schema but not held to it, and who reads the answer
 * checks it.
 */
export function encodeOutputSchema(schema: JsonSchema): OpenAI.Responses.ResponseTextConfig {
  const { title } = schema;
  const name = typeof title === "string" && NAME.test(title) ? title : "answer";
  return { format: { type: "json_schema", name, ...outputDialect(schema, OPENAI_SCHEMAS) } };
}
