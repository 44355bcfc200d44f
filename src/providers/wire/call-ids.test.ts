import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "../../model/message.ts";
import { CallIds } from "./call-ids.ts";

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
