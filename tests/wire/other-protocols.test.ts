import { HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { collectAnswer } from "../../src/model/answer.ts";
import { isJsonObject, type Json } from "../../src/model/json.ts";
import { ProviderError } from "../../src/providers/provider-error.ts";
import { chatRequest, chatTransport, useChatServer } from "../providers/openai-chat/chat-server.ts";
import { type WireExchange, wireFiles, wireIsHere, wireTitle } from "../support/wire.ts";

const files = [...wireFiles("google"), ...wireFiles("other")];
const server = useChatServer();
const signal = new AbortController().signal;

function respond({ response }: WireExchange): Response {
  const { status, headers, body } = response;
  if (typeof body === "string") return new HttpResponse(body, { status, headers });
  return HttpResponse.json(body, { status, headers });
}

/** The names of the fields at the top of the first thing that a body says. */
function fieldsOf(body: Json): string[] {
  const first = typeof body === "string" ? JSON.parse(/\{.*\}/.exec(body)?.[0] ?? "{}") : body;
  return Object.keys(first);
}

function messageOf(body: Json): Json | undefined {
  const error = isJsonObject(body) ? body["error"] : undefined;
  return isJsonObject(error) ? error["message"] : undefined;
}

describe(`a server of another protocol is told apart from an empty answer${wireTitle}`, () => {
  test.skipIf(!wireIsHere)("recordings are there", () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.for(files.map((wire) => [wire.file, wire] as const))("%s", async ([, wire]) => {
    for (const exchange of wire.exchanges) {
      server.answer(() => respond(exchange));
      const stream = chatTransport().stream(chatRequest(), { signal });
      const error: unknown = await collectAnswer(stream).catch((thrown: unknown) => thrown);
      if (!(error instanceof ProviderError)) throw new Error("another protocol became an answer");
      const { status, body } = exchange.response;
      expect(error.retryable).toBe(false);
      expect(error.tries).not.toEqual([]);
      if (status === 200) {
        expect(error.reason).toContain("the server does not speak Chat Completions");
        expect(error.reason).toContain(fieldsOf(body)[0]);
      } else {
        expect(error.status).toBe(status);
        expect(error.reason).toContain(messageOf(body));
      }
    }
  });
});
