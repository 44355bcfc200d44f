import { HttpResponse, http } from "msw/http";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { ModelEvent } from "../../../src/model/event.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { userText } from "../../../src/model/message.ts";
import type { ModelRequest } from "../../../src/model/request.ts";
import { createOpenAiResponsesTransport } from "../../../src/providers/openai-responses/transport.ts";
import type { ProviderConfig } from "../../../src/providers/wire/provider-config.ts";
import { DEFAULT_SWITCHES } from "../../../src/providers/wire/server-switches.ts";

const BASE_URL = "https://responses.test/v1";

export const CONFIG: ProviderConfig = {
  provider: "openai",
  baseUrl: BASE_URL,
  apiKey: "key-of-the-test",
  keyVariable: "OPENAI_API_KEY",
  headers: {},
  query: {},
};

const BREAK_AFTER_MS = 20;

/** What the transport sent. */
interface SentRequest {
  readonly headers: Headers;
  readonly body: JsonObject;
}

/** A server for `POST /responses` that gives what a test prepared and keeps what it was sent. */
export function responsesServer() {
  const server = setupServer();
  const sent: SentRequest[] = [];
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => {
    server.resetHandlers();
    sent.length = 0;
  });
  afterAll(() => server.close());
  return {
    sent,
    /** Answers each request with a response that `respond` makes. */
    answer(respond: () => Response | Promise<Response>, baseUrl = BASE_URL): void {
      server.use(
        http.post(`${baseUrl}/responses`, async ({ request }) => {
          const body = (await request.clone().json()) as JsonObject; // the SDK sends JSON objects
          sent.push({ headers: request.headers, body });
          return respond();
        }),
      );
    },
    networkError(): void {
      server.use(http.post(`${BASE_URL}/responses`, () => HttpResponse.error()));
    },
  };
}

/** Events as the text of an event stream. */
export function sseText(events: readonly JsonObject[]): string {
  return events
    .map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}

/** An event stream that arrives in the given pieces; `after` says what follows the last. */
export function streamOf(
  pieces: readonly Uint8Array[],
  after: "close" | "break" | "stall" = "close",
): Response {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = left.shift();
      if (piece) controller.enqueue(piece);
      else if (after === "close") controller.close();
      else if (after === "break") {
        // Without the wait the connection breaks before the client has read what came first.
        await new Promise((resolve) => setTimeout(resolve, BREAK_AFTER_MS));
        controller.error(new TypeError("terminated"));
      } else await new Promise(() => {});
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export function streamOfEvents(
  events: readonly JsonObject[],
  after: "close" | "break" | "stall" = "close",
): Response {
  return streamOf([new TextEncoder().encode(sseText(events))], after);
}

export function modelRequest(fields: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: "openai:gpt-4.1",
    system: "",
    messages: [userText("Hello")],
    tools: [],
    serverTools: [],
    settings: {},
    ...fields,
  };
}

/** What a transport said, and what it threw in the end. */
export interface Heard {
  readonly events: readonly ModelEvent[];
  readonly thrown: unknown;
}

export async function hear(
  request: ModelRequest = modelRequest(),
  options: {
    readonly config?: ProviderConfig;
    readonly signal?: AbortSignal;
    readonly onEvent?: (event: ModelEvent) => void;
  } = {},
): Promise<Heard> {
  const { config = CONFIG, signal = new AbortController().signal, onEvent } = options;
  const transport = createOpenAiResponsesTransport(config, DEFAULT_SWITCHES, () => 0);
  const events: ModelEvent[] = [];
  try {
    for await (const event of transport.stream(request, { signal })) {
      events.push(event);
      onEvent?.(event);
    }
  } catch (thrown) {
    return { events, thrown };
  }
  return { events, thrown: undefined };
}
