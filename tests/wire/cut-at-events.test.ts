import { expect, test } from "vitest";
import { type Answer, collectAnswer } from "../../src/model/answer.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { createAnthropicTransport } from "../../src/providers/anthropic/transport.ts";
import { createOpenAiChatTransport } from "../../src/providers/openai-chat/transport.ts";
import { createOpenAiResponsesTransport } from "../../src/providers/openai-responses/transport.ts";
import { ProviderError } from "../../src/providers/provider-error.ts";
import { DEFAULT_SWITCHES } from "../../src/providers/wire/server-switches.ts";
import { sending, useWireServer } from "../providers/all-wires/wire-server.ts";
import { modelRequest } from "../providers/openai-responses/responses-server.ts";
import { type WireExchange, wireFiles, wireIsHere, wireTitle } from "../support/wire.ts";
import { readRequest as readAnthropic } from "./anthropic-request-reader.ts";
import { switchesFor } from "./openai-chat-recording.ts";
import { readRequest as readChat } from "./openai-chat-request-reader.ts";
import { readRequest as readResponses } from "./openai-responses-request-reader.ts";

const server = useWireServer();
const signal = new AbortController().signal;

function config() {
  return {
    provider: "p",
    baseUrl: server.url,
    apiKey: "key-of-no-one",
    keyVariable: "K",
    headers: {},
    query: {},
  };
}

const WIRES = {
  anthropic: ({ request: { body } }: WireExchange) =>
    said(
      createAnthropicTransport(config(), DEFAULT_SWITCHES, () => 0),
      readAnthropic(body),
    ),
  "openai-chat": (exchange: WireExchange) =>
    said(
      createOpenAiChatTransport(config(), switchesFor(exchange), () => 0),
      readChat(exchange.request.body),
    ),
  "openai-responses": ({ request: { body } }: WireExchange) =>
    // One recording has no request body.
    said(
      createOpenAiResponsesTransport(config(), DEFAULT_SWITCHES, () => 0),
      body ? readResponses(body) : modelRequest(),
    ),
};

function said(transport: ModelTransport, request: Parameters<ModelTransport["stream"]>[0]) {
  return collectAnswer(transport.stream(request, { signal }));
}

/** Where events end in a stream. */
function eventEnds(text: string): number[] {
  return [...text.matchAll(/\r?\n\r?\n/g)].map((found) => found.index + found[0].length);
}

const streams = Object.entries(WIRES).flatMap(([provider, ask]) =>
  wireFiles(provider).flatMap(({ file, exchanges }) =>
    exchanges.flatMap((exchange, index) => {
      const { status, body } = exchange.response;
      const isStream = status === 200 && typeof body === "string";
      return isStream ? [[`${file} ${index}`, () => ask(exchange), body] as const] : [];
    }),
  ),
);

test.skipIf(!wireIsHere)(`recorded streams are there${wireTitle}`, () => {
  expect(streams.length).toBeGreaterThan(20);
});

/** The answer, or the error that asking brought. */
async function outcome(ask: () => Promise<Answer>): Promise<Answer | ProviderError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

/** All of an answer but its usage, which may come after the end mark. */
function withoutUsage(answer: Answer): Omit<Answer, "usage"> {
  const { usage: _usage, ...rest } = answer;
  return rest;
}

test.for(streams)(
  "a recorded stream that closes after any of its events is broken, or whole: %s",
  { timeout: 120_000 },
  async ([, ask, body]) => {
    server.answer(sending(body));
    const whole = await outcome(ask);
    for (const end of [0, ...eventEnds(body)]) {
      server.answer(sending(body.slice(0, end)));
      const cut = await outcome(ask);
      if (cut instanceof ProviderError) continue;
      if (whole instanceof ProviderError)
        throw new Error(`cut at ${end} the error became an answer`);
      expect(withoutUsage(cut), `cut at ${end}`).toEqual(withoutUsage(whole));
    }
  },
);
