import { expect, test } from "vitest";
import { answerToken, fault, fellBack } from "./outcome.ts";

test("answers are the same token in any order of keys, fallbacks and faults whatever they say", () => {
  const answered = (value: Parameters<typeof answerToken>[0] & { kind: "answered" }) => value;
  const one = answerToken(answered({ kind: "answered", value: { a: 1, b: 2 } }));
  expect(answerToken({ kind: "answered", value: { b: 2, a: 1 } })).toBe(one);
  expect(answerToken({ kind: "answered", value: { a: 1 } })).not.toBe(one);
  expect(answerToken(fellBack("tool", "x"))).toBe(answerToken(fellBack("check", "y")));
  expect(answerToken(fault("threw", "x"))).toBe(answerToken(fault("timed-out", "y")));
  expect(answerToken({ kind: "answered", value: "falls back" })).not.toBe(
    answerToken(fellBack("tool", "x")),
  );
});
