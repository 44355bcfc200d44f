import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { type AnswerPart, bytesAttachment, type Message, userText } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { DEFAULT_SWITCHES } from "../wire/server-switches.ts";
import { encodeRequest } from "./encode-request.ts";

const look = { name: "look", description: "Looks.", inputSchema: { type: "object" } };
const find = { ...look, name: "find" };

/** A conversation that has made some rounds of calls, each with several in parallel. */
function conversation(rounds: number, callsOfRound = 1, before: AnswerPart[] = []): Message[] {
  const messages: Message[] = [userText("Go.")];
  for (let round = 0; round < rounds; round++) {
    const ids = Array.from({ length: callsOfRound }, (_, index) => `c${round}_${index}`);
    const calls = ids.map((id) => ({ kind: "tool-call", id, name: "look", input: {} }) as const);
    messages.push({ kind: "assistant", parts: [...before, ...calls] });
    for (const id of ids) {
      const content = [{ kind: "text", text: `result ${id}` }] as const;
      messages.push({ kind: "tool", id, name: "look", content, isError: false });
    }
  }
  return messages;
}

function request(messages: readonly Message[], fields: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: "anthropic:claude-haiku-4-5",
    system: "Be brief.",
    messages,
    tools: [look, find],
    serverTools: [],
    settings: {},
    ...fields,
  };
}

/** The paths of all marks in a body. */
function marksIn(value: Json, path: readonly (string | number)[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => marksIn(item, [...path, index]));
  if (!isJsonObject(value)) return [];
  const own = value.cache_control === undefined ? [] : [path.join(".")];
  return [...own, ...Object.entries(value).flatMap(([key, item]) => marksIn(item, [...path, key]))];
}

function bodyOf(asked: ModelRequest, cache?: "5m" | "1h"): JsonObject {
  return JSON.parse(JSON.stringify(encodeRequest(asked, { cache }))) as JsonObject;
}

function withoutMarks(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isJsonObject(value)) return value;
  const { cache_control: _mark, ...rest } = value;
  return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, withoutMarks(item)]));
}

describe("marks for prompt caching", () => {
  test("stand on the last tool, the instructions and the last block of the conversation", () => {
    const body = bodyOf(request(conversation(0)), "5m");
    expect(marksIn(body)).toEqual(["system.0", "messages.0.content.0", "tools.1"]);
    expect(body.system).toEqual([
      { type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } },
    ]);
  });

  test("stand on the user's turn before as well, which a long turn leaves out of sight", () => {
    const body = bodyOf(request(conversation(2, 12)), "5m");
    expect(marksIn(body)).toEqual([
      "system.0",
      "messages.2.content.11",
      "messages.4.content.11",
      "tools.1",
    ]);
  });

  test("say an hour where the settings do", () => {
    const body = bodyOf(request(conversation(1)), "1h");
    const marks = JSON.stringify(body).match(/"cache_control":\{[^}]*\}/g) ?? [];
    expect(marks).toHaveLength(4);
    expect(new Set(marks)).toEqual(new Set(['"cache_control":{"type":"ephemeral","ttl":"1h"}']));
  });

  test("are left out of what is not there", () => {
    expect(marksIn(bodyOf(request(conversation(0), { system: "", tools: [] }), "5m"))).toEqual([
      "messages.0.content.0",
    ]);
  });

  test("stand on a tool that the provider runs where it is the last one", () => {
    const asked = request(conversation(0), { serverTools: [{ type: "web_search" }] });
    expect(marksIn(bodyOf(asked, "5m"))).toContain("tools.2");
  });

  test("stand before thinking, which takes none", () => {
    const thought: AnswerPart = {
      kind: "thinking",
      text: "hm",
      extra: { wire: "anthropic", data: { signature: "s" } },
    };
    const text: AnswerPart = { kind: "text", text: "So far." };
    const paused: Message = { kind: "assistant", parts: [text, thought] };
    const marks = marksIn(bodyOf(request([...conversation(0), paused]), "5m"));
    expect(marks).toContain("messages.1.content.0");
    expect(marks).not.toContain("messages.1.content.1");
  });

  test("are not sent to a server that refuses them, nor unless they are asked for", () => {
    const switches = { ...DEFAULT_SWITCHES, cacheMarks: false };
    const asked = request(conversation(1));
    expect(encodeRequest(asked, { switches, cache: "5m" })).toEqual(encodeRequest(asked));
    expect(marksIn(bodyOf(asked))).toEqual([]);
  });

  test("never are more than four, and change nothing else", () => {
    const pdf = bytesAttachment("a.pdf", "application/pdf", new Uint8Array([1]));
    const extra = fc.constantFrom<readonly Message[]>(
      [],
      [userText("And?")],
      [{ kind: "user", content: [pdf, { kind: "text", text: "See." }] }],
      [{ kind: "assistant", parts: [{ kind: "text", text: "Wait." }] }],
    );
    fc.assert(
      fc.property(fc.nat(6), fc.integer({ min: 1, max: 30 }), extra, (rounds, calls, more) => {
        const asked = request([...conversation(rounds, calls), ...more]);
        const body = bodyOf(asked, "5m");
        expect(marksIn(body).length).toBeLessThanOrEqual(4);
        const { system, ...rest } = withoutMarks(body) as JsonObject; // an object as it was
        const { system: plain, ...plainRest } = bodyOf(asked);
        expect(rest).toEqual(plainRest);
        expect(system).toEqual([{ type: "text", text: plain }]);
      }),
    );
  });

  test("stand where the request before had its last one, however long the turn", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 40 }), (rounds, n) => {
        const before = marksIn(bodyOf(request(conversation(rounds, n)), "5m"));
        const after = marksIn(bodyOf(request(conversation(rounds + 1, n)), "5m"));
        const last = before.findLast((path) => path.startsWith("messages"));
        expect(after).toContain(last);
      }),
    );
  });
});
