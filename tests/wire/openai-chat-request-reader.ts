import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import type { AnswerPart, Message, ProviderExtra } from "../../src/model/message.ts";
import type { ModelRequest, ModelSettings, ToolDefinition } from "../../src/model/request.ts";

/** Reads a recorded request body back into the request that would have led to it. */
export function readRequest(body: JsonObject): ModelRequest {
  const messages = objects(body["messages"]);
  const system = messages.filter((message) => message["role"] === "system");
  const names = callNames(messages);
  const format = body["response_format"];
  const schema = isJsonObject(format) ? format["json_schema"] : undefined;
  return {
    model: `recorded:${body["model"]}`,
    system: system.map((message) => String(message["content"])).join("\n"),
    messages: messages.flatMap((message) => readMessage(message, names)),
    tools: objects(body["tools"]).map(readTool),
    serverTools: [],
    settings: readSettings(body),
    ...(isJsonObject(schema) && isJsonObject(schema["schema"])
      ? { outputSchema: schema["schema"] }
      : {}),
  };
}

function readMessage(message: JsonObject, names: ReadonlyMap<string, string>): Message[] {
  const { role, content } = message;
  if (role === "system") return [];
  if (role === "assistant") return [{ kind: "assistant", parts: readAssistant(message) }];
  const text = { kind: "text", text: String(content) } as const;
  if (typeof content !== "string") throw new Error(`cannot read the content of a ${role} message`);
  if (role === "user") return [{ kind: "user", content: [text] }];
  const id = String(message["tool_call_id"]);
  return [{ kind: "tool", id, name: names.get(id) ?? "", content: [text], isError: false }];
}

function readAssistant(message: JsonObject): AnswerPart[] {
  const parts: AnswerPart[] = [];
  const details = message["reasoning_details"];
  for (const field of ["reasoning_content", "reasoning"]) {
    const text = message[field];
    if (typeof text !== "string") continue;
    const own = field === "reasoning" && details ? { field, details } : { field };
    parts.push({ kind: "thinking", text, extra: extra(own) });
  }
  if (typeof message["content"] === "string" && message["content"] !== "") {
    parts.push({ kind: "text", text: message["content"] });
  }
  return [...parts, ...objects(message["tool_calls"]).map(readToolCall)];
}

function readToolCall(call: JsonObject): AnswerPart {
  const fields = call["function"];
  if (!isJsonObject(fields)) throw new Error("a tool call without a function");
  const input: Json = JSON.parse(String(fields["arguments"]));
  return { kind: "tool-call", id: String(call["id"]), name: String(fields["name"]), input };
}

function readTool(tool: JsonObject): ToolDefinition {
  const fields = tool["function"];
  if (!isJsonObject(fields) || !isJsonObject(fields["parameters"])) {
    throw new Error("a tool without parameters");
  }
  return {
    name: String(fields["name"]),
    description: String(fields["description"]),
    inputSchema: fields["parameters"],
  };
}

function readSettings(body: JsonObject): ModelSettings {
  const effort = body["reasoning_effort"] ?? effortIn(body["reasoning"]);
  const settings = {
    temperature: body["temperature"],
    topP: body["top_p"],
    maxTokens: body["max_tokens"],
    seed: body["random_seed"],
    thinking: effort,
  };
  const given = Object.entries(settings).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(given) as ModelSettings; // the recordings hold numbers and efforts there
}

function effortIn(reasoning: Json | undefined): Json | undefined {
  return isJsonObject(reasoning) ? reasoning["effort"] : undefined;
}

function callNames(messages: readonly JsonObject[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) => objects(message["tool_calls"])).map(readToolCall);
  const named = calls.filter((part) => part.kind === "tool-call");
  return new Map(named.map((call) => [call.id, call.name]));
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function extra(data: JsonObject): ProviderExtra {
  return { wire: "openai-chat", data };
}
