import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import type {
  CodeExecutionTool20250825,
  JSONOutputFormat,
  MessageCreateParams,
  OutputConfig,
  Tool,
  ToolUnion,
  WebFetchTool20250910,
  WebSearchTool20250305,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { messageOf } from "../../errors/message-of.ts";
import type { JsonSchema } from "../../model/json.ts";
import {
  type ModelRequest,
  type ServerTool,
  splitModelName,
  type ToolDefinition,
} from "../../model/request.ts";
import type { CacheLifetime } from "../../model/transport.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { prepareRequest } from "../wire/request/prepare-request.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import { withCacheMarks } from "./cache-marks.ts";
import { encodeMessages, withCitations } from "./encode-messages.ts";
import {
  encodeSettings,
  encodeThinking,
  encodeToolChoice,
  type SamplingParams,
} from "./encode-settings.ts";
import { rulesFor } from "./wire-rules.ts";

/** The body of a request, as the wire wants it. */
type AnthropicRequest = MessageCreateParams & SamplingParams;

/** What else the body depends on. */
interface Encoding {
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

type ServerToolParam = WebSearchTool20250305 | WebFetchTool20250910 | CodeExecutionTool20250825;

/**
 * The definition of a tool that the provider runs. The versions are the newest that every model
 * takes: later web tools filter their results in a code sandbox that only Claude 4.6 and later
 * have, and later code execution adds only what programmatic tool calling needs.
 *
 * @throws LlmDoError `configuration` when the wire has no such tool or no such limit
 */
function encodeServerTool(tool: ServerTool, model: string): ServerToolParam {
  switch (tool.type) {
    case "web_search":
      return { type: "web_search_20250305", name: "web_search", ...webLimits(tool, model) };
    case "web_fetch":
      return { type: "web_fetch_20250910", name: "web_fetch", ...webLimits(tool, model) };
    case "code_execution":
      if (tool.maxUses !== undefined || tool.allowedDomains || tool.blockedDomains) {
        throw refuseRequest(model, "limits for the server tool code_execution", [
          "remove max_uses, allowed_domains and blocked_domains from code_execution",
        ]);
      }
      return { type: "code_execution_20250825", name: "code_execution" };
    case "image_generation":
      throw refuseRequest(model, "the server tool image_generation", [
        "remove image_generation from server_side_tools, or use an openai model",
      ]);
    default:
      return tool.type satisfies never;
  }
}

function webLimits(tool: ServerTool, model: string) {
  if (tool.allowedDomains && tool.blockedDomains) {
    throw refuseRequest(
      model,
      `both allowed and blocked domains for the server tool ${tool.type}`,
      ["keep either allowed_domains or blocked_domains"],
    );
  }
  return {
    ...(tool.maxUses === undefined ? {} : { max_uses: tool.maxUses }),
    ...(tool.allowedDomains ? { allowed_domains: [...tool.allowedDomains] } : {}),
    ...(tool.blockedDomains ? { blocked_domains: [...tool.blockedDomains] } : {}),
  };
}

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
