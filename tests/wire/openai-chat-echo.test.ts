import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { isJsonObject, type JsonObject } from "../../src/model/json.ts";
import { encodeRequest } from "../../src/providers/openai-chat/encode-request.ts";
import { chatRequest } from "../providers/openai-chat/chat-server.ts";
import {
  type WireExchange,
  type WireFile,
  wireFiles,
  wireIsHere,
  wireTitle,
} from "../support/wire.ts";
import { DIFFERENCES, ECHO_DIFFERENCES, forget } from "./openai-chat-differences.ts";
import { readRecordedAnswer, switchesFor } from "./openai-chat-recording.ts";
import { useRecordings } from "./openai-chat-replay.ts";
import { readRequest } from "./openai-chat-request-reader.ts";

const files = wireFiles("openai-chat");
const replay = useRecordings();
const all = Object.keys(DIFFERENCES);

/** An answer that comes back in the next request of a recording. */
interface Echo {
  readonly file: string;
  readonly exchange: WireExchange;
  readonly message: JsonObject;
}

function echoesOf(wire: WireFile): Echo[] {
  return wire.exchanges.flatMap((exchange, index) => {
    const message = echoIn(exchange, wire.exchanges[index + 1]);
    const failed = readRecordedAnswer(exchange.response.body).error !== undefined;
    return message && !failed ? [{ file: wire.file, exchange, message }] : [];
  });
}

/** The assistant messages that follow an exchange's conversation, as one. */
function echoIn(exchange: WireExchange, next: WireExchange | undefined): JsonObject | undefined {
  const before = messagesOf(exchange);
  const after = next ? messagesOf(next) : [];
  if (!isDeepStrictEqual(after.slice(0, before.length), before)) return undefined;
  const said = after.slice(before.length);
  const end = said.findIndex((message) => message["role"] !== "assistant");
  const answer = end < 0 ? said : said.slice(0, end);
  return answer.length === 0 ? undefined : Object.assign({}, ...answer);
}

function messagesOf({ request }: WireExchange): JsonObject[] {
  const messages = request.body["messages"];
  return Array.isArray(messages) ? messages.filter(isJsonObject) : [];
}

/** An answer as this program sends it back, and as the recording does, up to known differences. */
async function compareEcho(
  echo: Echo,
  names: readonly string[],
): Promise<[JsonObject, JsonObject]> {
  const { parts } = await replay(echo.exchange);
  const { model } = readRequest(echo.exchange.request.body);
  const said = chatRequest({ model, messages: [{ kind: "assistant", parts }] });
  const [own = {}] = messagesIn(forget(encodeRequest(said, switchesFor(echo.exchange)), all));
  const [recorded = {}] = messagesIn(forget({ messages: [echo.message] }, all));
  return names.reduce<[JsonObject, JsonObject]>(
    ([left, right], name) => {
      const [echoed, mine] = ECHO_DIFFERENCES[name]?.forget(left, right) ?? [left, right];
      return [echoed, mine];
    },
    [recorded, own],
  );
}

function messagesIn(body: JsonObject): JsonObject[] {
  const messages = body["messages"];
  return Array.isArray(messages) ? messages.filter(isJsonObject) : [];
}

describe(`answers of Chat Completions that a recording sends back${wireTitle}`, () => {
  const echoing = files.filter((wire) => echoesOf(wire).length > 0);
  const names = Object.keys(ECHO_DIFFERENCES);

  for (const wire of echoing) {
    test(wire.file, async () => {
      for (const echo of echoesOf(wire)) {
        const [recorded, own] = await compareEcho(echo, names);
        expect(own).toEqual(recorded);
      }
    });
  }

  test.skipIf(!wireIsHere).for(names)("a recording needs the difference: %s", async (name) => {
    const others = names.filter((other) => other !== name);
    const equal: boolean[] = [];
    for (const echo of echoing.flatMap(echoesOf)) {
      equal.push(isDeepStrictEqual(...(await compareEcho(echo, others))));
    }
    expect(equal).toContain(false);
  });
});
