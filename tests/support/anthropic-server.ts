import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request. */
export type Reply =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "tool-call";
      /** What the model says before it calls. */
      readonly text?: string;
      readonly name: string;
      readonly input: unknown;
    }
  /** Sends the beginning of an answer and then nothing more. */
  | { readonly kind: "hang"; readonly text: string }
  /** Sends the beginning of an answer and cuts the connection. */
  | { readonly kind: "cut"; readonly text: string }
  | {
      readonly kind: "error";
      readonly status: number;
      readonly type: string;
      /** The wait that the server asks for. */
      readonly retryAfterMs?: number;
    };

/** What is answered to a request, by its body and by how many came before it. */
export type Replies = readonly Reply[] | ((body: MessagesBody, index: number) => Reply);

/** The body of a request, as far as replies look at it. */
export interface MessagesBody extends Record<string, unknown> {
  readonly model: string;
  readonly system?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

export interface AnthropicServer extends AsyncDisposable {
  readonly url: string;
  /** Environment variables that lead the provider `anthropic` to it. */
  readonly env: { readonly ANTHROPIC_BASE_URL: string; readonly ANTHROPIC_API_KEY: string };
  /** Bodies of the requests so far. */
  readonly requests: readonly MessagesBody[];
  /** Resolves when a client closes the connection before its answer has ended. */
  readonly left: Promise<void>;
  close(): Promise<void>;
}

const NONE_LEFT: Reply = { kind: "error", status: 400, type: "no_reply_left" };

/** A server on this machine that speaks the Messages protocol, one reply for each request. */
export async function anthropicServer(replies: Replies): Promise<AnthropicServer> {
  const requests: MessagesBody[] = [];
  const left = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    readBody(request).then((text) => {
      const body = JSON.parse(text) as MessagesBody;
      const index = requests.push(body) - 1;
      const reply =
        (typeof replies === "function" ? replies(body, index) : replies[index]) ?? NONE_LEFT;
      if (reply.kind !== "cut") {
        response.on("close", () => !response.writableFinished && left.resolve());
      }
      answer(reply, response, requests.length);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const close = () =>
    new Promise<void>((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
  const url = `http://127.0.0.1:${port}`;
  const env = { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "no-key" };
  return { url, env, requests, left: left.promise, close, [Symbol.asyncDispose]: close };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function answer(reply: Reply, response: ServerResponse, count: number): void {
  if (reply.kind === "error") {
    const error = { type: reply.type, message: `told to answer ${reply.status}` };
    response.writeHead(reply.status, {
      "content-type": "application/json",
      "request-id": "req_1",
      ...(reply.retryAfterMs === undefined ? {} : { "retry-after-ms": String(reply.retryAfterMs) }),
    });
    response.end(JSON.stringify({ type: "error", error }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, fields: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  const usage = { input_tokens: 20, output_tokens: 1 };
  send("message_start", {
    message: {
      id: `msg_${count}`,
      type: "message",
      role: "assistant",
      content: [],
      model: "m",
      usage,
    },
  });
  const text = reply.text ?? "";
  if (text !== "" || reply.kind !== "tool-call") {
    send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    for (const piece of text.match(/.{1,7}/gsu) ?? []) {
      send("content_block_delta", { index: 0, delta: { type: "text_delta", text: piece } });
    }
    if (reply.kind === "hang") return;
    if (reply.kind === "cut") {
      response.destroy();
      return;
    }
    send("content_block_stop", { index: 0 });
  }
  if (reply.kind === "tool-call") {
    const index = text === "" ? 0 : 1;
    const block = { type: "tool_use", id: `toolu_${count}`, name: reply.name, input: {} };
    const delta = { type: "input_json_delta", partial_json: JSON.stringify(reply.input) };
    send("content_block_start", { index, content_block: block });
    send("content_block_delta", { index, delta });
    send("content_block_stop", { index });
  }
  const stop = reply.kind === "tool-call" ? "tool_use" : "end_turn";
  send("message_delta", {
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { output_tokens: 9 },
  });
  send("message_stop", {});
  response.end();
}
