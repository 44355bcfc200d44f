import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../../src/model/json.ts";

/** What a model says in one answer, in parts: texts and calls of tools. */
export type ModelSays = readonly (string | { readonly tool: string; readonly input: Json })[];

/** The part of a request that answers depend on. */
export interface ModelAsked {
  readonly system: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

export interface ModelServer extends AsyncDisposable {
  readonly asked: readonly ModelAsked[];
  /** Variables that lead the provider `anthropic` to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers otherwise from now on; undefined: with an error. */
  answer: (asked: ModelAsked, count: number) => ModelSays | undefined;
}

/** A provider on the loopback whose answers follow from what it is asked, with fresh ids each time. */
export async function modelServer(answer: ModelServer["answer"]): Promise<ModelServer> {
  const asked: ModelAsked[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const count = asked.push(body);
    const said = model.answer(body, count - 1);
    response.writeHead(said ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(said ? message(said, count) : REFUSAL));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const model: ModelServer = {
    asked,
    answer,
    env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ANTHROPIC_API_KEY: "none" },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return model;
}

/** Whether the model was told what a tool came to. */
export function isToldResult({ messages }: ModelAsked): boolean {
  return messages.some(({ role }) => role === "assistant");
}

const REFUSAL = { type: "error", error: { type: "invalid_request_error", message: "no answer" } };

async function bodyOf(request: IncomingMessage): Promise<ModelAsked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { system, messages } = JSON.parse(Buffer.concat(chunks).toString()) as ModelAsked;
  return { system: JSON.stringify(system), messages };
}

function message(said: ModelSays, count: number) {
  const content = said.map((part, index) =>
    typeof part === "string"
      ? { type: "text", text: part }
      : { type: "tool_use", id: `toolu_${count}_${index}`, name: part.tool, input: part.input },
  );
  const calls = content.some(({ type }) => type === "tool_use");
  return {
    id: `msg_${count}`,
    type: "message",
    role: "assistant",
    model: "m",
    content,
    stop_reason: calls ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 20, output_tokens: 5 },
  };
}
