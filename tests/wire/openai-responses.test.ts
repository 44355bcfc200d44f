import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelEvent } from "../../src/model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import type { AnswerPart } from "../../src/model/message.ts";
import { encodeAnswer } from "../../src/providers/openai-responses/encode-messages.ts";
import { ProviderError } from "../../src/providers/provider-error.ts";
import {
  type Heard,
  hear,
  modelRequest,
  responsesServer,
  streamOf,
} from "../providers/openai-responses/responses-server.ts";
import {
  type WireExchange,
  type WireFile,
  wireFiles,
  wireIsHere,
  wireTitle,
} from "../support/wire.ts";
import { readRecordedAnswer } from "./openai-responses-answer-reader.ts";
import { adaptAll, BODY_DIFFERENCES, ECHO_DIFFERENCES } from "./openai-responses-differences.ts";
import { readRequest } from "./openai-responses-request-reader.ts";

/** Recordings whose next request sends back what the answer before it said. */
const ECHOING = [
  "openai-responses-code-interpreter--pydantic-ai.json",
  "openai-responses-hosted-or-custom-tool--logfire.json",
  "openai-responses-parallel--logfire.json",
  "openai-responses-reasoning-encrypted-echo--llm.json",
  "openai-responses-tool-round-trip-stream--llm.json",
  "openai-responses-web-search-stream--mirascope.json",
];

const server = responsesServer();
const used = new Set<string>();
const echoed = new Set<string>();

for (const wire of wireFiles("openai-responses")) {
  test(wire.file, async () => {
    let before: readonly AnswerPart[] = [];
    for (const [index, exchange] of wire.exchanges.entries()) {
      checkEcho(wire, index, before);
      const heard = await checkExchange(exchange);
      before = partsIn(heard.events);
    }
  });
}

test.skipIf(!wireIsHere)(`each listed difference is met by a recording${wireTitle}`, () => {
  const names = [...BODY_DIFFERENCES, ...ECHO_DIFFERENCES].map(({ name }) => name);
  expect(names.filter((name) => !used.has(name))).toEqual([]);
});

test.skipIf(!wireIsHere)(
  `the recordings that send answers back are the known ones${wireTitle}`,
  () => {
    expect([...echoed].sort()).toEqual(ECHOING);
  },
);

/** Sends the recorded request and reads the recorded answer, cut at many places. */
async function checkExchange(exchange: WireExchange): Promise<Heard> {
  const body: Json = exchange.request.body;
  const request = isJsonObject(body) ? readRequest(body) : modelRequest();
  server.answer(() => replay(exchange, []));
  const heard = await hear(request);
  const sent = server.sent.at(-1)?.body ?? {};
  if (isJsonObject(body)) checkRequest(body, sent);
  checkAnswer(exchange, heard);
  const cuts = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      server.answer(() => replay(exchange, places));
      expect((await hear(request)).events).toEqual(heard.events);
    }),
    { numRuns: 5, examples: [[insideCharacters(exchange)]] },
  );
  return heard;
}

function checkRequest(recorded: JsonObject, sent: JsonObject): void {
  expect(sent).toEqual(adaptAll(BODY_DIFFERENCES, { recorded, sent, used }));
  const reasons = /^(openai\/)?gpt-5/.test(String(recorded.model));
  expect(sent.include).toEqual(reasons ? ["reasoning.encrypted_content"] : undefined);
}

function checkAnswer({ response }: WireExchange, { events, thrown }: Heard): void {
  const recorded = readRecordedAnswer(response.body);
  if (recorded.error) {
    const { code, message } = recorded.error;
    expect(thrown).toBeInstanceOf(ProviderError);
    expect(thrown).toMatchObject({ type: code });
    expect((thrown as ProviderError).reason).toContain(message);
    expect((thrown as ProviderError).status).toBe(
      response.status < 400 ? undefined : response.status,
    );
    return;
  }
  expect(thrown).toBeUndefined();
  expect(partsIn(events).map(visible)).toEqual(recorded.parts);
  const textDeltas = joinedDeltas(events, "text-delta");
  expect(textDeltas).toBe(recorded.streamedText ?? textOf(partsIn(events), "text"));
  expect(textDeltas).toBe(textOf(partsIn(events), "text"));
  const thinkingDeltas = joinedDeltas(events, "thinking-delta");
  if (recorded.streamedThinking) expect(thinkingDeltas).toBe(recorded.streamedThinking);
  checkEnd(events.at(-1), recorded.stop, recorded.usage);
}

function checkEnd(end: ModelEvent | undefined, stop: string, usage: JsonObject): void {
  expect(end).toMatchObject({ kind: "end", stop });
  if (end?.kind !== "end") return;
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = end.usage;
  expect(inputTokens + cacheReadTokens + cacheWriteTokens).toBe(usage.input_tokens);
  expect(outputTokens).toBe(usage.output_tokens);
  expect({ cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens }).toMatchObject(
    isJsonObject(usage.input_tokens_details) ? usage.input_tokens_details : {},
  );
}

/** What the answer before says, sent back, is what the recorded request sends back of it. */
function checkEcho(wire: WireFile, index: number, before: readonly AnswerPart[]): void {
  const items = encodeAnswer(before) as unknown as JsonObject[]; // to be compared as JSON
  const input = wire.exchanges[index]?.request.body?.input;
  const recorded: JsonObject[] = Array.isArray(input) ? input.filter(isJsonObject) : [];
  for (const sent of items) {
    const same = recorded.find((item) => isSame(item, sent));
    if (!same) continue;
    echoed.add(wire.file);
    expect(sent).toEqual(adaptAll(ECHO_DIFFERENCES, { recorded: same, sent, used }));
  }
  if (echoed.has(wire.file) && index > 0) {
    expect(items.every((sent) => recorded.some((item) => isSame(item, sent)))).toBe(true);
  }
}

/** Calls are known by what their results name, everything else by its id. */
function isSame(left: JsonObject, right: JsonObject): boolean {
  if (left.type !== right.type) return false;
  const key = left.type === "function_call" ? "call_id" : "id";
  return left[key] !== undefined && left[key] === right[key];
}

/** The recorded response, its body cut at the given places. */
function replay({ response }: WireExchange, places: readonly number[]): Response {
  const isStream = typeof response.body === "string";
  const bytes = bytesOf(response.body);
  const at = places.map((place) => place % bytes.length).sort((left, right) => left - right);
  const pieces = [0, ...at].map((start, index) => bytes.slice(start, at[index] ?? bytes.length));
  const type = isStream ? "text/event-stream" : "application/json";
  const recorded = response.headers["content-type"];
  return new Response(streamOf(pieces.filter((piece) => piece.length > 0)).body, {
    status: response.status,
    headers: { "content-type": recorded ?? type },
  });
}

/** Places inside characters of several bytes, where the recording has such. */
function insideCharacters({ response }: WireExchange): number[] {
  const places: number[] = [];
  for (const [place, byte] of bytesOf(response.body).entries()) {
    if ((byte & 0b1100_0000) === 0b1000_0000) places.push(place);
  }
  return places.length > 0 ? places.slice(0, 40) : [1];
}

function bytesOf(body: Json): Uint8Array {
  return new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
}

function partsIn(events: readonly ModelEvent[]): AnswerPart[] {
  return events.flatMap((event) => (event.kind === "part" ? [event.part] : []));
}

/** A part as {@link readRecordedAnswer} writes it down. */
function visible(part: AnswerPart): unknown[] {
  switch (part.kind) {
    case "text":
      return ["text", part.text];
    case "thinking":
      return ["thinking", part.text, part.extra?.data];
    case "tool-call":
      return ["tool-call", part.id, part.name, part.input, idOf(part.extra?.data)];
    case "opaque":
      return ["opaque", part.extra.data];
    default:
      return part satisfies never;
  }
}

function idOf(data: Json | undefined): Json | undefined {
  return isJsonObject(data) ? data.id : undefined;
}

function textOf(parts: readonly AnswerPart[], kind: "text" | "thinking"): string {
  return parts.map((part) => (part.kind === kind ? part.text : "")).join("");
}

function joinedDeltas(
  events: readonly ModelEvent[],
  kind: "text-delta" | "thinking-delta",
): string {
  return events.map((event) => (event.kind === kind ? event.text : "")).join("");
}
