import type { JsonObject } from "../../model/json.ts";
import { type ModelRequest, splitModelName, type ToolDefinition } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutputSchema } from "./encode-output-schema.ts";
import { encodeSettings } from "./encode-settings.ts";
import { encodeToolChoice } from "./encode-tool-choice.ts";

/**
 * The body of a Chat Completions request. Always asks for a stream, with its usage where the server
 * wants to be asked.
 *
 * @throws LlmDoError `configuration` for what the request asks and the server cannot do
 */
export function encodeRequest(request: ModelRequest, switches: ServerSwitches): JsonObject {
  const { model, tools, outputSchema } = request;
  refuseServerTools(request);
  return {
    model: splitModelName(model).name,
    messages: encodeMessages(request, switches),
    ...(tools.length > 0 ? { tools: tools.map(encodeTool) } : {}),
    ...(outputSchema ? { response_format: encodeOutputSchema(outputSchema, switches, model) } : {}),
    ...encodeSettings(request.settings, switches, model),
    ...encodeToolChoice(request, switches),
    stream: true,
    ...(switches.streamUsage ? { stream_options: { include_usage: true } } : {}),
  };
}

function encodeTool(tool: ToolDefinition): JsonObject {
  const { name, description, inputSchema } = tool;
  return { type: "function", function: { name, description, parameters: inputSchema } };
}

function refuseServerTools(request: ModelRequest): void {
  const tool = request.serverTools[0];
  if (!tool) return;
  throw refuseRequest(request.model, `the server-side tool ${tool.type}`, [
    "remove server_side_tools from the worker",
    "use a model of the providers anthropic or openai",
  ]);
}
