import type { Json, JsonObject, JsonSchema } from "../../src/model/json.ts";
import {
  type AnswerPart,
  bytesAttachment,
  type ContentPart,
  type Message,
} from "../../src/model/message.ts";
import type {
  ModelRequest,
  ModelSettings,
  ServerTool,
  ServerToolType,
  Thinking,
  ToolDefinition,
} from "../../src/model/request.ts";

type Block = JsonObject;

/**
 * What a recorded request asks for, in the words of the model vocabulary. What the vocabulary has
 * no word for is left out; the test that uses this lists all of it.
 */
export function readRequest(body: JsonObject): ModelRequest {
  const format = (body.output_format ?? (body.output_config as Block | undefined)?.format) as
    | Block
    | undefined;
  const tools = (body.tools ?? []) as readonly Block[];
  return {
    model: `anthropic:${body.model}`,
    system: blocksOf(body.system)
      .map((block) => block.text)
      .join(""),
    messages: readMessages(body.messages as readonly Block[]),
    tools: tools.filter((tool) => tool.type === undefined).map(readTool),
    serverTools: tools.flatMap(readServerTool),
    settings: readSettings(body),
    ...(format ? { outputSchema: format.schema as JsonSchema } : {}),
  };
}

function readSettings(body: JsonObject): ModelSettings {
  const { temperature, stop_sequences, thinking, tool_choice } = body;
  const parallel = (tool_choice as Block | undefined)?.disable_parallel_tool_use;
  return {
    maxTokens: body.max_tokens as number,
    ...(temperature === undefined ? {} : { temperature: temperature as number }),
    ...(stop_sequences === undefined ? {} : { stopSequences: stop_sequences as string[] }),
    ...(thinking === undefined ? {} : { thinking: readThinking(thinking as Block) }),
    ...(parallel === undefined ? {} : { parallelToolCalls: !parallel }),
  };
}

function readThinking(thinking: Block): Thinking {
  if (thinking.type !== "enabled") throw new Error(`a new kind of thinking: ${thinking.type}`);
  return { budgetTokens: thinking.budget_tokens as number };
}

function readTool(tool: Block): ToolDefinition {
  return {
    name: tool.name as string,
    description: (tool.description ?? "") as string,
    inputSchema: tool.input_schema as JsonSchema,
  };
}

function readServerTool(tool: Block): ServerTool[] {
  const type = /^(web_search|web_fetch|code_execution)_\d+$/.exec(String(tool.type))?.[1];
  if (type === undefined) return [];
  if (tool.max_uses || tool.allowed_domains || tool.blocked_domains) {
    throw new Error("the recordings hold limits of a server tool, which are not read yet");
  }
  return [{ type: type as ServerToolType }];
}

function readMessages(messages: readonly Block[]): Message[] {
  const names = new Map<Json | undefined, string>();
  return messages.flatMap((message): Message[] => {
    const blocks = blocksOf(message.content);
    if (message.role === "user") return readUserTurn(blocks, names);
    if (message.role !== "assistant") return [];
    for (const { id, name } of blocks) if (name) names.set(id, name as string);
    return [{ kind: "assistant", parts: blocks.map(readAnswerBlock) }];
  });
}

function readUserTurn(
  blocks: readonly Block[],
  names: ReadonlyMap<Json | undefined, string>,
): Message[] {
  const messages: Message[] = [];
  const said: ContentPart[] = [];
  for (const block of blocks) {
    if (block.type !== "tool_result") said.push(readContent(block));
    else {
      messages.push({
        kind: "tool",
        id: block.tool_use_id as string,
        name: names.get(block.tool_use_id) ?? "",
        content: blocksOf(block.content).map(readContent),
        isError: block.is_error === true,
      });
    }
  }
  return said.length > 0 ? [...messages, { kind: "user", content: said }] : messages;
}

function readContent(block: Block): ContentPart {
  if (block.type === "text") return { kind: "text", text: block.text as string };
  const source = block.source as Block;
  if (source.type === "url") {
    const mediaType = block.type === "image" ? "image/png" : "application/pdf";
    return { kind: "attachment-url", mediaType, url: source.url as string };
  }
  const bytes = Buffer.from(source.data as string, "base64");
  return bytesAttachment("file", source.media_type as string, bytes);
}

function readAnswerBlock(block: Block): AnswerPart {
  const { type, text, citations, thinking, signature, id, name, input } = block;
  switch (type) {
    case "text": {
      const extra = { wire: "anthropic", data: { citations: citations ?? null } };
      return { kind: "text", text: text as string, ...(citations ? { extra } : {}) };
    }
    case "thinking":
      return {
        kind: "thinking",
        text: thinking as string,
        extra: { wire: "anthropic", data: { signature: signature as string } },
      };
    case "tool_use":
      return { kind: "tool-call", id: id as string, name: name as string, input: input as Json };
    default:
      return { kind: "opaque", extra: { wire: "anthropic", data: block } };
  }
}

/** The wire lets a text stand for a list of one text block. */
function blocksOf(content: Json | undefined): readonly Block[] {
  if (content === undefined) return [];
  return typeof content === "string"
    ? [{ type: "text", text: content }]
    : (content as readonly Block[]);
}
