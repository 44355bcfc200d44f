import type { OpenAI } from "openai";
import type { JsonSchema } from "../../model/json.ts";
import {
  type ModelRequest,
  type ServerTool,
  splitModelName,
  type ToolDefinition,
} from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { prepareRequest } from "../wire/request/prepare-request.ts";
import { OPENAI_SCHEMAS } from "../wire/schema/schema-rules.ts";
import { outputDialect, strictToolSchema } from "../wire/schema/strict-schema.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeSettings, encodeToolChoice } from "./encode-settings.ts";
import { rulesFor } from "./wire-rules.ts";

/**
 * The body of `POST /responses`. Stateless: nothing is stored with the provider, so every request
 * carries its whole conversation.
 *
 * @throws LlmDoError `configuration` for what the Responses API cannot be told
 */
export function encodeRequest(
  asked: ModelRequest,
  switches: ServerSwitches = DEFAULT_SWITCHES,
): OpenAI.Responses.ResponseCreateParams {
  const request = prepareRequest(asked, rulesFor(switches));
  const { system, outputSchema } = request;
  return {
    model: splitModelName(request.model).name,
    ...(system === "" ? {} : { instructions: system }),
    input: encodeMessages(request),
    ...encodeTools(request, switches),
    ...encodeToolChoice(request, switches),
    ...encodeSettings(request, switches),
    ...(outputSchema === undefined ? {} : { text: encodeOutputSchema(outputSchema, switches) }),
    store: false,
    ...(switches.stream ? { stream: true } : {}),
  };
}

type Tool = OpenAI.Responses.Tool;

/** The fields of a request that offer tools: the project's own and the provider's. */
export function encodeTools(
  request: ModelRequest,
  switches: ServerSwitches = DEFAULT_SWITCHES,
): {
  tools?: Tool[];
  max_tool_calls?: number;
} {
  const tools = [
    ...request.tools.map((tool) => encodeFunction(tool, switches)),
    ...request.serverTools.map((tool) => encodeServerTool(request, tool)),
  ];
  return { ...(tools.length === 0 ? {} : { tools }), ...encodeMaxUses(request) };
}

/**
 * Not strict where nothing else is said: strict mode takes a part of JSON Schema only, and a tool's
 * input schema may be any. Inputs are checked against the schema before the tool runs.
 */
function encodeFunction(tool: ToolDefinition, { strictTools }: ServerSwitches): Tool {
  const strict = strictTools ? strictToolSchema(tool.inputSchema) : undefined;
  return {
    type: "function",
    name: tool.name,
    ...(tool.description === "" ? {} : { description: tool.description }),
    parameters: strict ?? tool.inputSchema,
    strict: strict !== undefined,
  };
}

function encodeServerTool(request: ModelRequest, tool: ServerTool): Tool {
  if (tool.blockedDomains !== undefined) {
    throw refuseRequest(request.model, "server_side_tools.blocked_domains", [
      "list what is allowed in allowed_domains",
    ]);
  }
  if (tool.allowedDomains !== undefined && tool.type !== "web_search") {
    throw refuseRequest(request.model, `server_side_tools.allowed_domains for ${tool.type}`);
  }
  switch (tool.type) {
    case "web_search":
      return tool.allowedDomains === undefined
        ? { type: "web_search" }
        : { type: "web_search", filters: { allowed_domains: [...tool.allowedDomains] } };
    case "code_execution":
      return { type: "code_interpreter", container: { type: "auto" } };
    case "image_generation":
      return { type: "image_generation" };
    case "web_fetch":
      throw refuseRequest(request.model, "the server-side tool web_fetch", [
        "use web_search, which opens pages as well",
      ]);
    default:
      return tool.type satisfies never;
  }
}

/**
 * `max_tool_calls` counts the calls of all of the provider's tools together, so it says what
 * `max_uses` says only where there is one of them.
 */
function encodeMaxUses(request: ModelRequest): { max_tool_calls?: number } {
  const limited = request.serverTools.find((tool) => tool.maxUses !== undefined);
  if (limited?.maxUses === undefined) return {};
  if (request.serverTools.length > 1) {
    throw refuseRequest(
      request.model,
      "server_side_tools.max_uses beside another server-side tool",
      [`remove max_uses from ${limited.type}, or offer ${limited.type} alone`],
    );
  }
  return { max_tool_calls: limited.maxUses };
}

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
