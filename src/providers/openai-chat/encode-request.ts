import type { JsonObject, JsonSchema } from "../../model/json.ts";
import { type ModelRequest, splitModelName, type ToolDefinition } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { prepareRequest } from "../wire/request/prepare-request.ts";
import { chatSchemaRules } from "../wire/schema/schema-rules.ts";
import { outputDialect, strictToolSchema } from "../wire/schema/strict-schema.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeSettings, encodeToolChoice } from "./encode-settings.ts";
import { rulesFor } from "./wire-rules.ts";

/**
 * The body of a Chat Completions request. Asks for a stream wherever the server can send one, with
 * its usage where the server wants to be asked.
 *
 * @throws LlmDoError `configuration` for what the request asks and the server cannot do
 */
export function encodeRequest(asked: ModelRequest, switches: ServerSwitches): JsonObject {
  const request = prepareRequest(asked, rulesFor(switches));
  const { model, tools, outputSchema } = request;
  refuseServerTools(request);
  return {
    model: splitModelName(model).name,
    messages: encodeMessages(request, switches),
    ...(tools.length > 0 ? { tools: tools.map((tool) => encodeTool(tool, switches)) } : {}),
    ...(outputSchema ? { response_format: encodeOutputSchema(outputSchema, switches, model) } : {}),
    ...encodeSettings(request.settings, switches, model),
    ...encodeToolChoice(request, switches),
    ...encodeStreaming(switches),
  };
}

function encodeStreaming({ stream, streamUsage }: ServerSwitches): JsonObject {
  if (!stream) return {};
  return { stream: true, ...(streamUsage ? { stream_options: { include_usage: true } } : {}) };
}

function encodeTool(tool: ToolDefinition, { strictTools }: ServerSwitches): JsonObject {
  const { name, description, inputSchema } = tool;
  const strict = strictTools ? strictToolSchema(inputSchema) : undefined;
  const parameters = strict ?? inputSchema;
  return {
    type: "function",
    function: { name, description, parameters, ...(strict ? { strict: true } : {}) },
  };
}

function refuseServerTools(request: ModelRequest): void {
  const tool = request.serverTools[0];
  if (!tool) return;
  throw refuseRequest(request.model, `the server-side tool ${tool.type}`, [
    "remove server_side_tools from the worker",
    "use a model of the providers anthropic or openai",
  ]);
}

/** The name of a schema that has no title; the wire wants one. */
const DEFAULT_NAME = "answer";

/** Longest name that the wire takes. Source: FunctionDefinition and JSONSchema of the openai SDK. */
const NAME_CHARACTERS = 64;

/**
 * The `response_format` for an answer that must fit a schema.
 *
 * @throws LlmDoError `configuration` when the server takes no schema
 */
function encodeOutputSchema(
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
