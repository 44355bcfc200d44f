import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "../../model/message.ts";
import { type CallIdRule, CallIds, SentCallIds } from "./call-ids.ts";

function conversation(ids: readonly string[]): Message[] {
  return ids.map((id) => ({
    kind: "assistant",
    parts: [{ kind: "tool-call", id, name: "look", input: {} }],
  }));
}

describe("call ids", () => {
  test("a missing id becomes the first number that the conversation has not used", () => {
    const ids = new CallIds(conversation(["call_1", "toolu_9"]));
    expect([ids.take(undefined), ids.take("own"), ids.take(undefined)]).toEqual([
      "call_2",
      "own",
      "call_3",
    ]);
  });

  test("ids of one answer differ whatever the server sent", () => {
    const id = fc.option(fc.constantFrom("a", "call_1", "call_2"), { nil: undefined });
    fc.assert(
      fc.property(fc.array(id), fc.array(fc.constantFrom("call_1", "call_3")), (sent, earlier) => {
        const ids = new CallIds(conversation(earlier));
        const taken = sent.map((own) => ids.take(own));
        expect(new Set(taken).size).toBe(sent.length);
      }),
    );
  });
});

const ANY: CallIdRule = { alphabet: "any" };
const WORD: CallIdRule = { alphabet: "word" };
const SHORT: CallIdRule = { alphabet: "any", maxCharacters: 40 };
const NINE: CallIdRule = { alphabet: "alphanumeric", exactCharacters: 9 };

function sent(rule: CallIdRule, ...own: string[]): string[] {
  const ids = new SentCallIds(rule);
  return own.map((id) => ids.take(id));
}

describe("an id", () => {
  test.each<[CallIdRule, string]>([
    [ANY, "functions.look:0"],
    [ANY, `call_1__thought__${"c2ln".repeat(200)}`],
    [WORD, "toolu_01-a"],
    [SHORT, "x".repeat(40)],
    [NINE, "aB3dE6gH9"],
  ])("that fits %j is sent as it is", (rule, id) => {
    expect(sent(rule, id)).toEqual([id]);
  });

  test.each<[CallIdRule, string, RegExp]>([
    [ANY, " ", /^call$/],
    [ANY, "a\ud83d", /^a\ufffd$/],
    [WORD, "call:0", /^call_0$/],
    [WORD, "", /^call$/],
    [SHORT, "x".repeat(41), /^x{31}_[0-9a-f]{8}$/],
    [NINE, "call_1", /^[0-9a-f]{9}$/],
  ])("that does not fit %j is made to: %j", (rule, own, made) => {
    expect(sent(rule, own)[0]).toMatch(made);
  });

  test("that comes again gets a number", () => {
    expect(sent(WORD, "a", "a", "a:1", "a_1")).toEqual(["a", "a_2", "a_1", "a_1_2"]);
  });
});

test("whatever the ids, each is unique and fits, and earlier ones do not depend on later ones", () => {
  const id = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("a", "a_2", "", "x".repeat(60), `${"x".repeat(60)}y`),
  );
  const rule = fc.constantFrom(ANY, WORD, SHORT, NINE);
  fc.assert(
    fc.property(rule, fc.array(id), fc.nat(), (of, own, cut) => {
      const all = sent(of, ...own);
      expect(new Set(all).size).toBe(all.length);
      expect(sent(of, ...own.slice(0, cut))).toEqual(all.slice(0, cut));
      for (const one of all) {
        expect(one.isWellFormed() && one.trim() !== "").toBe(true);
        if (of === WORD) expect(one).toMatch(/^[A-Za-z0-9_-]+$/);
        if (of === SHORT) expect(one.length).toBeLessThanOrEqual(40);
        if (of === NINE) expect(one).toMatch(/^[A-Za-z0-9]{9}$/);
      }
    }),
  );
});
