import type {
  MessageCreateParams,
  OutputConfig,
  Tool,
  ToolUnion,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { type ModelRequest, splitModelName, type ToolDefinition } from "../../model/request.ts";
import { prepareRequest } from "../wire/prepare-request.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutputSchema } from "./encode-output-schema.ts";
import { encodeSettings, type SamplingParams } from "./encode-settings.ts";
import { encodeThinking } from "./encode-thinking.ts";
import { encodeServerTool } from "./encode-tools.ts";
import { rulesFor } from "./wire-rules.ts";

/** The body of a request, as the wire wants it. */
export type AnthropicRequest = MessageCreateParams & SamplingParams;

/**
 * Encodes a request for the Messages API.
 *
 * @throws LlmDoError `configuration` for what the wire does not take
 */
export function encodeRequest(
  asked: ModelRequest,
  switches: ServerSwitches = DEFAULT_SWITCHES,
): AnthropicRequest {
  const request = prepareRequest(asked, rulesFor(asked, switches));
  const { model, settings, system } = request;
  const { maxTokens, thinking, effort } = encodeThinking(settings, model);
  const tools = encodeTools(request);
  const outputConfig: OutputConfig = {
    ...(effort === undefined ? {} : { effort }),
    ...(request.outputSchema ? { format: encodeOutputSchema(request.outputSchema, model) } : {}),
  };
  return {
    model: splitModelName(model).name,
    max_tokens: maxTokens,
    ...(switches.stream ? { stream: true } : {}),
    ...(system === "" ? {} : { system }),
    messages: encodeMessages(request.messages, model),
    ...(tools.length > 0 ? { tools } : {}),
    // Without a tool of ours the wire refuses a tool choice.
    ...(settings.parallelToolCalls === false && request.tools.length > 0
      ? { tool_choice: { type: "auto", disable_parallel_tool_use: true } }
      : {}),
    ...(settings.stopSequences?.length ? { stop_sequences: [...settings.stopSequences] } : {}),
    ...encodeSettings(settings, model),
    ...(thinking === undefined ? {} : { thinking }),
    ...(Object.keys(outputConfig).length > 0 ? { output_config: outputConfig } : {}),
  };
}

function encodeTools({ tools, serverTools, model }: ModelRequest): ToolUnion[] {
  return [...tools.map(encodeTool), ...serverTools.map((tool) => encodeServerTool(tool, model))];
}

function encodeTool({ name, description, inputSchema }: ToolDefinition): Tool {
  return {
    name,
    ...(description === "" ? {} : { description }),
    // The wire wants an object at the top; a schema that leaves the type out means one.
    input_schema: { ...inputSchema, type: "object" },
  };
}
