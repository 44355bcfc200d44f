import type { JsonObject, JsonSchema } from "../../model/json.ts";
import { outputDialect } from "../wire/output-dialect.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { chatSchemaRules } from "../wire/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";

/** The name of a schema that has no title; the wire wants one. */
const DEFAULT_NAME = "answer";

/** Longest name that the wire takes. Source: FunctionDefinition and JSONSchema of the openai SDK. */
const NAME_CHARACTERS = 64;

/**
 * The `response_format` for an answer that must fit a schema.
 *
 * @throws LlmDoError `configuration` when the server takes no schema
 */
export function encodeOutputSchema(
  schema: JsonSchema,
  switches: ServerSwitches,
  model: string,
): JsonObject {
  if (switches.jsonSchema === "none") {
    throw refuseRequest(model, "an output schema", [
      "remove output_schema from the worker and describe the output in its instructions",
      "use a model of a provider that takes schemas",
    ]);
  }
  const rules = chatSchemaRules(switches.schemas);
  // A server without a strict mode may still take what is strict, as it is.
  const { schema: sent, strict } = outputDialect(schema, rules);
  return {
    type: "json_schema",
    json_schema: {
      name: schemaName(schema),
      schema: sent,
      strict: strict && switches.jsonSchema === "strict",
    },
  };
}

function schemaName(schema: JsonSchema): string {
  const title = typeof schema.title === "string" ? schema.title : "";
  return title.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, NAME_CHARACTERS) || DEFAULT_NAME;
}
