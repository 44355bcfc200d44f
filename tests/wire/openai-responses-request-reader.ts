import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import type { AnswerPart, ContentPart, Message } from "../../src/model/message.ts";
import type {
  ModelRequest,
  ModelSettings,
  ServerTool,
  ToolDefinition,
} from "../../src/model/request.ts";

/** Reads a recorded request body as the request that would have led to it. For tests only. */
export function readRequest(body: JsonObject): ModelRequest {
  const schema = at(at(body.text, "format"), "schema");
  return {
    model: `openai:${text(body.model)}`,
    system: text(body.instructions),
    messages: readMessages(body.input),
    tools: list(body.tools).filter(isFunction).map(readTool),
    serverTools: list(body.tools).flatMap(readServerTool),
    settings: readSettings(body),
    ...(isJsonObject(schema) ? { outputSchema: schema } : {}),
  };
}

function readMessages(input: Json | undefined): Message[] {
  if (typeof input === "string")
    return [{ kind: "user", content: [{ kind: "text", text: input }] }];
  const messages: Message[] = [];
  let parts: AnswerPart[] = [];
  const endAnswer = () => {
    if (parts.length > 0) messages.push({ kind: "assistant", parts });
    parts = [];
  };
  for (const item of list(input)) {
    if (item.role === "user" || item.type === "function_call_output") {
      endAnswer();
      messages.push(item.role === "user" ? readUser(item) : readResult(item));
    } else parts.push(...readAnswer(item));
  }
  endAnswer();
  return messages;
}

function readUser(item: JsonObject): Message {
  const { content } = item;
  if (typeof content === "string")
    return { kind: "user", content: [{ kind: "text", text: content }] };
  return { kind: "user", content: list(content).map(readContent) };
}

function readContent(piece: JsonObject): ContentPart {
  if (piece.type === "input_text") return { kind: "text", text: text(piece.text) };
  if (piece.type === "input_file") {
    return { kind: "attachment-url", mediaType: "application/pdf", url: text(piece.file_url) };
  }
  if (piece.type !== "input_image") throw new Error(`Unread content: ${String(piece.type)}`);
  return { kind: "attachment-url", mediaType: "image/png", url: text(piece.image_url) };
}

function readResult(item: JsonObject): Message {
  const content: ContentPart[] = [{ kind: "text", text: text(item.output) }];
  return { kind: "tool", id: text(item.call_id), name: "", content, isError: false };
}

function readAnswer(item: JsonObject): AnswerPart[] {
  const extra = (data: Json) => ({ wire: "openai-responses", data });
  if (item.type === "reasoning") return [{ kind: "thinking", text: "", extra: extra(item) }];
  if (item.type === "function_call") {
    const { type, call_id, name, ...rest } = item;
    const input = JSON.parse(text(item.arguments)) as Json; // JSON by its parser
    return [{ kind: "tool-call", id: text(call_id), name: text(name), input, extra: extra(rest) }];
  }
  if (item.type !== "message") return [{ kind: "opaque", extra: extra(item) }];
  return list(item.content).map((piece) => {
    const { text: said, ...content } = piece;
    return { kind: "text", text: text(said), extra: extra({ ...item, content }) };
  });
}

function readTool(tool: JsonObject): ToolDefinition {
  return {
    name: text(tool.name),
    description: text(tool.description),
    inputSchema: isJsonObject(tool.parameters) ? tool.parameters : {},
  };
}

function readServerTool(tool: JsonObject): ServerTool[] {
  if (tool.type === "web_search") return [{ type: "web_search" }];
  return tool.type === "code_interpreter" ? [{ type: "code_execution" }] : [];
}

function readSettings(body: JsonObject): ModelSettings {
  const effort = at(body.reasoning, "effort");
  return {
    ...(typeof body.temperature === "number" ? { temperature: body.temperature } : {}),
    ...(typeof body.max_output_tokens === "number" ? { maxTokens: body.max_output_tokens } : {}),
    ...(effort === "low" || effort === "high" ? { thinking: effort } : {}),
  };
}

function isFunction(tool: JsonObject): boolean {
  return tool.type === "function";
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) ? value[key] : undefined;
}

function list(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
