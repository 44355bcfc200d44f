import type { JsonObject } from "../../model/json.ts";
import { type ModelRequest, splitModelName, type ToolDefinition } from "../../model/request.ts";
import { prepareRequest } from "../wire/prepare-request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { strictToolSchema } from "../wire/strict-schema.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutputSchema } from "./encode-output-schema.ts";
import { encodeSettings } from "./encode-settings.ts";
import { encodeToolChoice } from "./encode-tool-choice.ts";
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
