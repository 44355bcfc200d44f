import type {
  MessageCreateParams,
  OutputConfig,
  Tool,
  ToolUnion,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { type ModelRequest, splitModelName, type ToolDefinition } from "../../model/request.ts";
import type { CacheLifetime } from "../../model/transport.ts";
import { prepareRequest } from "../wire/prepare-request.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import { withCacheMarks } from "./cache-marks.ts";
import { withCitations } from "./citations.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutputSchema } from "./encode-output-schema.ts";
import { encodeSettings, type SamplingParams } from "./encode-settings.ts";
import { encodeThinking } from "./encode-thinking.ts";
import { encodeToolChoice } from "./encode-tool-choice.ts";
import { encodeServerTool } from "./encode-tools.ts";
import { rulesFor } from "./wire-rules.ts";

/** The body of a request, as the wire wants it. */
export type AnthropicRequest = MessageCreateParams & SamplingParams;

/** What else the body depends on. */
export interface Encoding {
  readonly switches?: ServerSwitches | undefined;
  /** How long the server should keep the prompt. Default: it is not told. */
  readonly cache?: CacheLifetime | undefined;
}

/**
 * Encodes a request for the Messages API.
 *
 * @throws LlmDoError `configuration` for what the wire does not take
 */
export function encodeRequest(
  asked: ModelRequest,
  { switches = DEFAULT_SWITCHES, cache }: Encoding = {},
): AnthropicRequest {
  const body = encodePlain(prepareRequest(asked, rulesFor(asked, switches)), switches);
  return cache === undefined || !switches.cacheMarks ? body : withCacheMarks(body, cache);
}

function encodePlain(request: ModelRequest, switches: ServerSwitches): AnthropicRequest {
  const { model, settings, system } = request;
  const { user } = settings;
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
    messages: withCitations(request, encodeMessages(request.messages, model)),
    ...(tools.length > 0 ? { tools } : {}),
    ...encodeToolChoice(request, switches),
    ...(user === undefined ? {} : { metadata: { user_id: user } }),
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
