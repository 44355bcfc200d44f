import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";

/** What a server says in one answer: a text, or the call of a tool with its input, thought about before. */
export type Said =
  | string
  | { readonly tool: string; readonly input: Json; readonly thinking?: string };

/** A server on the loopback that speaks all three wires and keeps what it was asked. */
export interface WireServer extends AsyncDisposable {
  /** Bodies in the order in which they came. */
  readonly bodies: JsonObject[];
  /** Variables that lead the providers `anthropic`, `openai`, `openai-chat` and `ollama` to it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a server that gives the answers in their order, each as one whole document. */
export async function wireServer(answers: readonly Said[]): Promise<WireServer> {
  const bodies: JsonObject[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const said = answers[bodies.length];
      bodies.push(body);
      const document = said === undefined ? undefined : documentOf(request.url ?? "", said);
      response.writeHead(document ? 200 : 418, { "content-type": "application/json" });
      response.end(JSON.stringify(document ?? { error: { message: "no answer is left" } }));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const url = `http://127.0.0.1:${port}`;
  return {
    bodies,
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: "none",
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: "none",
      OLLAMA_BASE_URL: `${url}/v1`,
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
  return isJsonObject(body) ? body : {};
}

function documentOf(url: string, said: Said): JsonObject {
  const isText = typeof said === "string";
  const name = isText ? "" : said.tool;
  const input = isText ? {} : said.input;
  const thinking = isText ? undefined : said.thinking;
  if (url.endsWith("/messages")) {
    const block = isText
      ? { type: "text", text: said }
      : { type: "tool_use", id: "toolu_1", name, input };
    return {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "m",
      content: [...(thinking ? [{ type: "thinking", thinking, signature: "s1g" }] : []), block],
      stop_reason: isText ? "end_turn" : "tool_use",
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 2 },
    };
  }
  if (url.endsWith("/responses")) {
    const item = isText
      ? {
          type: "message",
          id: "msg_1",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: said, annotations: [] }],
        }
      : {
          type: "function_call",
          id: "fc_1",
          call_id: "call_1",
          status: "completed",
          name,
          arguments: JSON.stringify(input),
        };
    return {
      id: "resp_1",
      object: "response",
      status: "completed",
      output: [...(thinking ? [reasoningItem(thinking)] : []), item],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    };
  }
  const call = {
    id: "call_1",
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  };
  const message = isText
    ? { content: said }
    : { content: null, tool_calls: [call], ...(thinking ? { reasoning_content: thinking } : {}) };
  return {
    id: "chat_1",
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", ...message },
        finish_reason: isText ? "stop" : "tool_calls",
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  };
}

function reasoningItem(thinking: string): JsonObject {
  const summary = [{ type: "summary_text", text: thinking }];
  return { type: "reasoning", id: "rs_1", encrypted_content: "c1pher", summary };
}

/** The tools of a body, whatever the wire, with their schemas. */
export function sentTools(body: JsonObject | undefined): readonly {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
}[] {
  const tools = body?.["tools"];
  return (Array.isArray(tools) ? tools : []).filter(isJsonObject).map((tool) => {
    const inner = isJsonObject(tool["function"]) ? tool["function"] : tool;
    const schema = inner["input_schema"] ?? inner["parameters"];
    return {
      name: String(inner["name"]),
      description: String(inner["description"] ?? ""),
      schema: isJsonObject(schema) ? schema : {},
    };
  });
}

/** The inputs of calls that a body sends back, whatever the wire. */
export function sentInputs(body: JsonObject | undefined): readonly Json[] {
  const found: Json[] = [];
  const visit = (value: Json): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isJsonObject(value)) return;
    if (value["type"] === "tool_use") found.push(value["input"] ?? null);
    else if (typeof value["arguments"] === "string") found.push(JSON.parse(value["arguments"]));
    else Object.values(value).forEach(visit);
  };
  visit(body?.["messages"] ?? body?.["input"] ?? []);
  return found;
}

/** The format that a body asks the answer to have, whatever the wire. */
export function sentFormat(body: JsonObject | undefined): JsonObject | undefined {
  const inner = (value: Json | undefined, key: string): Json | undefined =>
    isJsonObject(value) ? value[key] : undefined;
  const found =
    inner(body?.["output_config"], "format") ??
    inner(body?.["text"], "format") ??
    inner(body?.["response_format"], "json_schema");
  return isJsonObject(found) ? found : undefined;
}
