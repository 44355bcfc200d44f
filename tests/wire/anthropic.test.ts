import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, collectAnswer } from "../../src/model/answer.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import { userText } from "../../src/model/message.ts";
import { encodeRequest } from "../../src/providers/anthropic/encode-request.ts";
import { createAnthropicTransport } from "../../src/providers/anthropic/transport.ts";
import { ProviderError } from "../../src/providers/provider-error.ts";
import { DEFAULT_SWITCHES } from "../../src/providers/wire/server-switches.ts";
import {
  type WireExchange,
  type WireFile,
  wireFiles,
  wireIsHere,
  wireTitle,
} from "../support/wire.ts";
import { type Difference, differences, type Reason, reasonFor } from "./anthropic-differences.ts";
import { readRequest } from "./anthropic-request-reader.ts";
import { readResponse } from "./anthropic-response-reader.ts";

const files = wireFiles("anthropic");
const server = setupServer();
const transport = createAnthropicTransport(
  {
    provider: "anthropic",
    baseUrl: "https://recorded.example",
    apiKey: "key-5d1c",
    keyVariable: "ANTHROPIC_API_KEY",
    headers: {},
    query: {},
  },
  DEFAULT_SWITCHES,
  () => 0,
);

beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
afterAll(() => server.close());

const gone = (_recorded: unknown, encoded: unknown) => encoded === undefined;
const added = (recorded: unknown) => recorded === undefined;
const asBlock = (recorded: unknown, encoded: unknown) =>
  isDeepStrictEqual(encoded, [{ type: "text", text: recorded }]);

/** Where an encoded request is not what was recorded, and why that is meant. */
const BY_DESIGN: readonly Reason[] = [
  { path: /^stream$/, why: "answers are always streamed", holds: (_was, is) => is === true },
  { path: /cache_control$/, why: "no cache breakpoints are set", holds: gone },
  {
    path: /^system$/,
    why: "instructions are one text",
    holds: (was, is) =>
      isDeepStrictEqual(
        (was as JsonObject[]).map((one) => one.text),
        [is],
      ),
  },
  { path: /^messages\[\d+\]\.content$/, why: "a text is sent as a block", holds: asBlock },
  {
    path: /^messages\[\d+\]\.content\[\d+\]\.content$/,
    why: "the text of a tool result is sent as a block",
    holds: asBlock,
  },
  { path: /\.is_error$/, why: "false is the default", holds: (was, is) => !was && gone(was, is) },
  { path: /\.title$/, why: "a document is sent under its file's name", holds: added },
  {
    path: /^tool_choice$/,
    why: "auto is the default",
    holds: (was, is) => gone(was, is) && (was as JsonObject).type === "auto",
  },
  {
    path: /^tools$/,
    why: "an empty list of tools is not sent",
    holds: (was, is) => gone(was, is) && isDeepStrictEqual(was, []),
  },
  {
    path: /^tools\[\d+\]\.description$/,
    why: "an empty description is not sent",
    holds: (was, is) => gone(was, is) && was === "",
  },
  { path: /^tools\[\d+\]\.strict$/, why: "strict tools are not offered", holds: gone },
  { path: /^tools\[\d+\]\.defer_loading$/, why: "tool search is not offered", holds: gone },
  {
    path: /^tools\[\d+\]$/,
    why: "tool search is not offered",
    holds: (was, is) => gone(was, is) && /^tool_search/.test(String((was as JsonObject).type)),
  },
  {
    path: /^tools\[\d+\]\.\w+$/,
    why: "a limit of a server tool that is null is not sent",
    holds: (was, is) => gone(was, is) && was === null,
  },
  { path: /^tools\[\d+\]\.citations$/, why: "citations of web_fetch are not offered", holds: gone },
  {
    path: /^tools\[\d+\]\.type$/,
    why: "a version of code execution that every model takes",
    holds: (was, is) => was === "code_execution_20260120" && is === "code_execution_20250825",
  },
  {
    path: /^messages\[\d+\]$/,
    why: "instructions in the middle of a conversation are not offered",
    holds: (was, is) => gone(was, is) && (was as JsonObject).role === "system",
  },
  {
    path: /^output_format$/,
    why: "the schema's field was renamed to output_config.format",
    holds: gone,
  },
  {
    path: /^output_config$/,
    why: "the schema's field was renamed from output_format",
    holds: added,
  },
  {
    path: /^output_config$/,
    why: "the vocabulary has no effort xhigh",
    holds: (was, is) => gone(was, is) && isDeepStrictEqual(was, { effort: "xhigh" }),
  },
];

/** Where a recorded client did not send back what it had got. */
const NOT_ECHOED: readonly Reason[] = [
  { path: /^thinking$/, why: "the client left unshown thinking out", holds: added },
  { path: /^text\.citations$/, why: "the client left citations out", holds: added },
  {
    path: /^text$/,
    why: "the client put a blank text before its calls",
    holds: (was, is) => gone(was, is) && (was as JsonObject).text === " ",
  },
];

describe(`recorded Anthropic traffic${wireTitle}`, () => {
  for (const wire of files) {
    test(wire.file, async () => {
      for (const { request, response } of wire.exchanges) {
        await expectResponse(request.body, response);
        for (const difference of requestDifferences(request.body)) {
          expect(reasonFor(difference, BY_DESIGN), JSON.stringify(difference)).toBeDefined();
        }
      }
      for (const difference of await echoDifferences(wire)) {
        expect(reasonFor(difference, NOT_ECHOED), JSON.stringify(difference)).toBeDefined();
      }
    });
  }

  test.skipIf(!wireIsHere)(`every reason for a difference is needed${wireTitle}`, async () => {
    const found = files.flatMap((wire) =>
      wire.exchanges.flatMap(({ request }) => requestDifferences(request.body)),
    );
    const echoed: Difference[] = [];
    for (const wire of files) echoed.push(...(await echoDifferences(wire)));
    expect(BY_DESIGN.filter((reason) => !needed(reason, BY_DESIGN, found))).toEqual([]);
    expect(NOT_ECHOED.filter((reason) => !needed(reason, NOT_ECHOED, echoed))).toEqual([]);
  });
});

function needed(reason: Reason, all: readonly Reason[], found: readonly Difference[]): boolean {
  return found.some((difference) => reasonFor(difference, all) === reason);
}

/** The recorded response, served in random pieces, is read as it is read by hand. */
async function expectResponse(body: JsonObject, response: WireExchange["response"]): Promise<void> {
  if (response.status >= 400) return expectError(body, response);
  const expected = readResponse(response.body, body.model);
  const bytes = new TextEncoder().encode(textOf(response.body));
  const numRuns = typeof response.body === "string" ? 20 : 2;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
      expect(await answerTo(body, response, split(bytes, cuts))).toEqual(expected);
    }),
    { numRuns },
  );
}

async function expectError(body: JsonObject, response: WireExchange["response"]): Promise<void> {
  const bytes = new TextEncoder().encode(textOf(response.body));
  const thrown = await answerTo(body, response, [bytes]).catch((error: unknown) => error);
  const { error, request_id } = response.body as { error: JsonObject; request_id: string };
  expect(thrown).toBeInstanceOf(ProviderError);
  expect(thrown).toMatchObject({
    status: response.status,
    type: error.type,
    reason: `${response.status} ${error.type}: ${error.message} (request ${request_id})`,
    retryable: false,
  });
}

function answerTo(
  body: JsonObject,
  { status, headers, body: recorded }: WireExchange["response"],
  pieces: readonly Uint8Array[],
): Promise<Answer> {
  // Some recorders dropped the headers.
  const type = typeof recorded === "string" ? "text/event-stream" : "application/json";
  server.resetHandlers(
    http.post("https://recorded.example/v1/messages", () => {
      const rest = [...pieces];
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          const next = rest.shift();
          if (next) controller.enqueue(next);
          else controller.close();
        },
      });
      return new HttpResponse(stream, { status, headers: { ...headers, "content-type": type } });
    }),
  );
  const signal = new AbortController().signal;
  return collectAnswer(transport.stream(readRequest(body), { signal }));
}

function requestDifferences(body: JsonObject): Difference[] {
  // The SDK's types are interfaces, which JSON's index signature does not fit.
  const encoded = encodeRequest(readRequest(body)) as unknown as JsonObject;
  return differences(withoutBlankTexts(body), encoded);
}

/** The API took a blank text before calls when that was recorded, and refuses it by now. */
function withoutBlankTexts(body: JsonObject): JsonObject {
  const messages = body.messages as readonly JsonObject[];
  return {
    ...body,
    messages: messages.map((message) => {
      const { content } = message;
      if (!Array.isArray(content)) return message;
      return { ...message, content: content.filter((block: Json) => !isBlankText(block)) };
    }),
  };
}

function isBlankText(block: Json): boolean {
  return isJsonObject(block) && block.type === "text" && String(block.text).trim() === "";
}

/** Each answer, read and sent back, against what the recorded client sent in the next request. */
async function echoDifferences({ exchanges }: WireFile): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const [index, { request, response }] of exchanges.entries()) {
    const before = request.body.messages as readonly JsonObject[];
    const after = (exchanges[index + 1]?.request.body.messages ?? []) as readonly JsonObject[];
    const echo = after[before.length];
    if (echo?.role !== "assistant" || response.status >= 400) continue;
    const bytes = new TextEncoder().encode(textOf(response.body));
    const { parts } = await answerTo(request.body, response, [bytes]);
    const messages = [userText("go"), { kind: "assistant", parts } as const];
    const [, sent] = encodeRequest({ ...readRequest(request.body), messages }).messages;
    found.push(...blockDifferences(sent?.content as unknown as JsonObject[], echo.content));
  }
  return found;
}

/** Differences of two lists of blocks, of which either may lack some that the other has. */
function blockDifferences(sent: readonly JsonObject[], echo: Json | undefined): Difference[] {
  const recorded = [...(echo as readonly JsonObject[])];
  const found: Difference[] = [];
  for (const block of sent) {
    const place = recorded.findIndex((one) => one.type === block.type);
    if (place < 0) found.push({ path: `${block.type}`, recorded: undefined, encoded: block });
    else {
      found.push(...recorded.splice(0, place).map(onlyRecorded));
      found.push(...differences(recorded.shift(), block, `${block.type}`));
    }
  }
  return [...found, ...recorded.map(onlyRecorded)];
}

function onlyRecorded(block: JsonObject): Difference {
  return { path: `${block.type}`, recorded: block, encoded: undefined };
}

function textOf(body: Json): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
  return places
    .slice(1)
    .map((end, index) => bytes.slice(places[index], end))
    .filter((piece) => piece.length > 0);
}
