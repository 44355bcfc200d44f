import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/answer.ts";
import { isJsonObject, type JsonObject } from "../../src/model/json.ts";
import { type AnswerPart, answerText } from "../../src/model/message.ts";
import { encodeRequest } from "../../src/providers/openai-chat/encode-request.ts";
import { ProviderError } from "../../src/providers/provider-error.ts";
import { type WireExchange, wireFiles, wireIsHere, wireTitle } from "../support/wire.ts";
import { DIFFERENCES, forget } from "./openai-chat-differences.ts";
import { type RecordedAnswer, readRecordedAnswer, switchesFor } from "./openai-chat-recording.ts";
import { useRecordings } from "./openai-chat-replay.ts";
import { readRequest } from "./openai-chat-request-reader.ts";

const files = wireFiles("openai-chat");
const replay = useRecordings();

const byName = files.map((wire) => [wire.file, wire] as const);

/** How often each recorded stream is cut anew. */
const CUTS = 8;

function join(parts: readonly AnswerPart[], kind: "thinking" | "text"): string {
  return parts.map((part) => (part.kind === kind ? part.text : "")).join("");
}

function expectAnswer(answer: Answer, recorded: RecordedAnswer): void {
  const calls = answer.parts.filter((part) => part.kind === "tool-call");
  expect(answerText(answer.parts)).toBe(recorded.text + recorded.refusal);
  expect(join(answer.parts, "thinking")).toBe(recorded.thinking);
  expect(calls.map(({ name, input }) => ({ name, input }))).toEqual(
    recorded.calls.map(({ name, input }) => ({ name, input })),
  );
  for (const [index, { id }] of recorded.calls.entries()) {
    if (id !== "") expect(calls[index]?.id).toBe(id);
    else expect(calls[index]?.id).toMatch(/^call_\d+$/);
  }
  expect(answer.stop).toBe(expectedStop(recorded));
  expectUsage(answer, recorded.usage);
}

function expectedStop(recorded: RecordedAnswer): string {
  if (recorded.refusal !== "" || recorded.finish === "content_filter") return "refusal";
  return recorded.calls.length > 0 ? "tool-calls" : "end";
}

function expectUsage({ usage }: Answer, recorded: JsonObject | undefined): void {
  const details = recorded?.["prompt_tokens_details"];
  const cached = isJsonObject(details) ? Number(details["cached_tokens"]) : 0;
  const prompt = Number(recorded?.["prompt_tokens"] ?? 0);
  expect(usage.inputTokens + (usage.cacheReadTokens ?? 0)).toBe(prompt);
  expect(usage.cacheReadTokens ?? 0).toBe(cached);
  expect(usage.inputTokens + cached + usage.outputTokens).toBe(
    Number(recorded?.["total_tokens"] ?? 0),
  );
}

async function expectFailure(exchange: WireExchange, recorded: RecordedAnswer): Promise<void> {
  const error: unknown = await replay(exchange).catch((thrown: unknown) => thrown);
  if (!(error instanceof ProviderError)) throw new Error("a recorded error became no error");
  const { status } = exchange.response;
  const inStream = recorded.error?.["status_code"];
  expect(error.status).toBe(status === 200 ? inStream : status);
  expect(error.reason).toContain(recorded.error?.["message"]);
  expect(error.retryable).toBe(status === 429);
}

describe(`recorded answers of Chat Completions${wireTitle}`, () => {
  test.skipIf(!wireIsHere)("are there", () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.for(byName)("%s", async ([, wire]) => {
    for (const exchange of wire.exchanges) {
      const recorded = readRecordedAnswer(exchange.response.body);
      if (recorded.error) {
        await expectFailure(exchange, recorded);
        continue;
      }
      const whole = await replay(exchange);
      expectAnswer(whole, recorded);
      if (typeof exchange.response.body !== "string") continue;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), async (cuts) => {
          expect(await replay(exchange, cuts)).toEqual(whole);
        }),
        { numRuns: CUTS },
      );
    }
  });
});

test.skipIf(!wireIsHere)(`a stream in single bytes is the same answer${wireTitle}`, async () => {
  const streams = files
    .flatMap((wire) => wire.exchanges)
    .filter(({ response }) => typeof response.body === "string");
  const [shortest] = streams
    .filter(({ response }) => /[^\0-\x7f]/.test(String(response.body)))
    .toSorted((a, b) => String(a.response.body).length - String(b.response.body).length);
  if (!shortest) throw new Error("no recorded stream holds a character of several bytes");
  const every = Array.from(Buffer.from(String(shortest.response.body)).keys());
  expect(await replay(shortest, every)).toEqual(await replay(shortest));
});

function encoded(exchange: WireExchange): JsonObject {
  const own = encodeRequest(readRequest(exchange.request.body), switchesFor(exchange));
  return JSON.parse(JSON.stringify(own));
}

const all = Object.keys(DIFFERENCES);

describe(`recorded requests of Chat Completions${wireTitle}`, () => {
  test.for(byName)("%s", ([, wire]) => {
    for (const exchange of wire.exchanges) {
      expect(forget(encoded(exchange), all)).toEqual(forget(exchange.request.body, all));
    }
  });

  test.skipIf(!wireIsHere).for(all)("a recording needs the difference: %s", (name) => {
    const others = all.filter((other) => other !== name);
    const needing = files.filter((wire) =>
      wire.exchanges.some((exchange) => {
        const own = forget(encoded(exchange), others);
        return !isDeepStrictEqual(own, forget(exchange.request.body, others));
      }),
    );
    expect(needing.map((wire) => wire.file)).not.toEqual([]);
  });
});
