import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";

/** A server that speaks the Messages protocol as a real one does: with ids drawn anew each time. */
export interface DrawingServer extends AsyncDisposable {
  /** Bodies of the requests so far. */
  readonly bodies: readonly JsonObject[];
  /** Ids of the calls that it made. */
  readonly ids: readonly string[];
  /** Variables that lead the provider `anthropic` to it. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts it. Where there are tools and no result yet, it calls the first one with `input`; else it
 * answers with the text, after a few milliseconds that are never the same.
 */
export async function drawingServer(said: {
  readonly text: string;
  readonly input?: JsonObject;
}): Promise<DrawingServer> {
  const bodies: JsonObject[] = [];
  const ids: string[] = [];
  const drawn = (prefix: string) => `${prefix}_${randomBytes(12).toString("hex")}`;
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      bodies.push(body);
      await sleep(Math.random() * 20);
      const tool = toolToCall(body);
      if (tool === undefined)
        return answer(response, drawn("msg"), { type: "text", text: said.text });
      const id = drawn("toolu");
      ids.push(id);
      answer(response, drawn("msg"), { type: "tool_use", id, name: tool, input: said.input ?? {} });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    bodies,
    ids,
    env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ANTHROPIC_API_KEY: "none" },
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

function toolToCall({ tools, messages }: JsonObject): string | undefined {
  if (JSON.stringify(messages).includes('"tool_result"')) return undefined;
  const [tool] = Array.isArray(tools) ? tools : [];
  return isJsonObject(tool) && typeof tool["name"] === "string" ? tool["name"] : undefined;
}

function answer(response: ServerResponse, id: string, block: JsonObject): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, fields: Readonly<Record<string, Json>>) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  const usage = { input_tokens: 20, output_tokens: 1 };
  const message = { id, type: "message", role: "assistant", content: [], model: "m", usage };
  send("message_start", { message });
  const isCall = block["type"] === "tool_use";
  const start = isCall ? { ...block, input: {} } : { type: "text", text: "" };
  const delta = isCall
    ? { type: "input_json_delta", partial_json: JSON.stringify(block["input"]) }
    : { type: "text_delta", text: block["text"] ?? "" };
  send("content_block_start", { index: 0, content_block: start });
  send("content_block_delta", { index: 0, delta });
  send("content_block_stop", { index: 0 });
  const stop_reason = isCall ? "tool_use" : "end_turn";
  send("message_delta", { delta: { stop_reason }, usage: { output_tokens: 9 } });
  send("message_stop", {});
  response.end();
}
