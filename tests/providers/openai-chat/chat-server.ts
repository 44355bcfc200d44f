import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { Json, JsonObject } from "../../../src/model/json.ts";
import type { ModelRequest } from "../../../src/model/request.ts";
import type { ModelTransport } from "../../../src/model/transport.ts";
import { createOpenAiChatTransport } from "../../../src/providers/openai-chat/transport.ts";
import {
  DEFAULT_SWITCHES,
  type ServerSwitches,
} from "../../../src/providers/wire/server-switches.ts";

const BASE_URL = "http://chat.test/v1";

/** What reached the server. */
interface ReceivedRequest {
  readonly url: string;
  readonly headers: Headers;
  readonly body: JsonObject;
}

export interface ChatServer {
  readonly received: ReceivedRequest[];
  /** Sets what the server answers from now on. */
  answer(make: () => Response): void;
}

/** A server for the tests of one file; it answers at {@link BASE_URL}. */
export function useChatServer(): ChatServer {
  const received: ReceivedRequest[] = [];
  let make: () => Response = () => new HttpResponse(null, { status: 500 });
  const server = setupServer(
    http.post(`${BASE_URL}/chat/completions`, async ({ request }) => {
      const body = (await request.json()) as JsonObject; // the SDK sends an object
      received.push({ url: request.url, headers: request.headers, body });
      return make();
    }),
  );
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => {
    received.length = 0;
  });
  afterAll(() => server.close());
  return {
    received,
    answer: (next) => {
      make = next;
    },
  };
}

export function chatTransport(
  switches: Partial<ServerSwitches> = {},
  apiKey = "key-1",
): ModelTransport {
  return createOpenAiChatTransport(
    { provider: "local", baseUrl: BASE_URL, apiKey, keyVariable: "LOCAL_KEY" },
    { ...DEFAULT_SWITCHES, ...switches },
    () => 0,
  );
}

export function chatRequest(fields: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: "local:small",
    system: "",
    messages: [{ kind: "user", content: [{ kind: "text", text: "Hi" }] }],
    tools: [],
    serverTools: [],
    settings: {},
    ...fields,
  };
}

/** An event stream of these chunks. */
export function eventStream(chunks: readonly Json[], end = "data: [DONE]\n\n"): Response {
  return streamOf([Buffer.concat([...chunks.map(event), Buffer.from(end)])]);
}

/** The bytes of one event. */
export function event(chunk: Json): Uint8Array {
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

/** An event stream whose bytes arrive in these pieces. */
export function streamOf(pieces: readonly Uint8Array[]): Response {
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[next++];
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  return new HttpResponse(body, { headers: { "content-type": "text/event-stream" } });
}

/** A chunk with one delta. */
export function delta(fields: JsonObject, finish: string | null = null): Json {
  return { choices: [{ index: 0, delta: fields, finish_reason: finish }] };
}

export function completion(message: JsonObject, finish: string | null = "stop"): Response {
  return HttpResponse.json({ choices: [{ index: 0, message, finish_reason: finish }] });
}
