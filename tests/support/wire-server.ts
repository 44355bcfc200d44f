import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on this machine that answers "ok" on all three wires, whole and not streamed. */
export interface WireServer extends AsyncDisposable {
  /** Environment variables that lead all three wires to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Bodies of the requests so far, as text. */
  readonly bodies: readonly string[];
}

/** What each wire calls an answer of "ok". */
const ANSWERS: Readonly<Record<string, object>> = {
  messages: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: "ok" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  completions: {
    id: "c1",
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
  responses: {
    id: "resp_1",
    object: "response",
    model: "m",
    status: "completed",
    output: [
      {
        type: "message",
        id: "msg_1",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: "ok", annotations: [] }],
      },
    ],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  },
};

export async function wireServer(): Promise<WireServer> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(Buffer.concat(chunks).toString("utf8"));
    const wire = request.url?.split("?")[0]?.split("/").at(-1) ?? "";
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(ANSWERS[wire]));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  return {
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: "key",
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: "key",
    },
    bodies,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
