import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import type { JSONOutputFormat } from "@anthropic-ai/sdk/resources/messages/messages";
import { messageOf } from "../../errors/message-of.ts";
import type { JsonSchema } from "../../model/json.ts";
import { refuseRequest } from "../wire/refuse-request.ts";

/**
 * The format of an answer that must fit a schema. The wire takes a part of JSON Schema; the SDK
 * closes objects and moves what it does not enforce (ranges, patterns) into descriptions.
 *
 * @throws LlmDoError `configuration` when the schema cannot be brought into that part
 */
export function encodeOutputSchema(schema: JsonSchema, model: string): JSONOutputFormat {
  try {
    return { type: "json_schema", schema: transformJSONSchema(schema) };
  } catch (error) {
    throw refuseRequest(model, `this output schema: ${messageOf(error)}`, [
      "give each part of the output schema a type",
    ]);
  }
}
