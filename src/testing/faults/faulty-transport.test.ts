import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../model/answer.ts";
import { NO_USAGE } from "../../model/usage.ts";
import type { AnswerFault } from "./fault.ts";
import { faultyEvents } from "./faulty-transport.ts";

const AT = { callId: "main", number: 1 };

function saying(...parts: Answer["parts"]): Answer {
  return { parts, stop: "end", usage: NO_USAGE, source: "live" };
}

const CALL = { kind: "tool-call", id: "t1", name: "add", input: { a: 1 } } as const;

function partsOf(answer: Answer, fault: AnswerFault) {
  return faultyEvents(answer, fault).flatMap((event) =>
    event.kind === "part" ? [event.part] : [],
  );
}

describe("an answer that comes in other pieces", () => {
  test("says the same, and no piece holds half a character", () => {
    const cuts = fc
      .uniqueArray(fc.integer({ min: 1, max: 20 }))
      .map((all) => all.toSorted(compare));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), cuts, (text, chosen) => {
        const answer = saying({ kind: "text", text });
        const events = faultyEvents(answer, { kind: "split", at: AT, cuts: chosen });
        const deltas = events.flatMap((one) => (one.kind === "text-delta" ? [one.text] : []));
        expect(deltas.join("")).toBe(text);
        expect(deltas.every((delta) => delta !== "" && delta.isWellFormed())).toBe(true);
        expect(events.filter(({ kind }) => kind !== "text-delta")).toEqual(
          faultyEvents(answer, undefined).filter(({ kind }) => kind !== "text-delta"),
        );
      }),
    );
  });
});

describe("an answer that is cut", () => {
  const answer = saying({ kind: "text", text: "Let me see." }, CALL, CALL);

  test("ends in a text, and says that it reached its limit", () => {
    const fault: AnswerFault = { kind: "truncated", at: AT, part: 0, cut: 3 };
    expect(partsOf(answer, fault)).toEqual([{ kind: "text", text: "Let" }]);
    expect(faultyEvents(answer, fault).at(-1)).toMatchObject({ kind: "end", stop: "max-tokens" });
  });

  test("ends in a call that nobody can read, or before it", () => {
    const broken = { ...CALL, input: {}, invalidInput: '{"a"' };
    expect(partsOf(answer, { kind: "truncated", at: AT, part: 1, cut: 4 })).toEqual([
      answer.parts[0],
      broken,
    ]);
    expect(partsOf(answer, { kind: "truncated", at: AT, part: 2, cut: 0 })).toEqual(
      answer.parts.slice(0, 2),
    );
  });

  test("in the JSON of one call goes on after it", () => {
    const broken = { ...CALL, input: {}, invalidInput: '{"' };
    const fault: AnswerFault = { kind: "broken-json", at: AT, part: 1, cut: 2 };
    expect(partsOf(answer, fault)).toEqual([answer.parts[0], broken, CALL]);
  });

  test("by a break has no end", () => {
    const fault: AnswerFault = { kind: "overloaded", at: AT, events: 2, times: 1 };
    expect(faultyEvents(answer, fault).map(({ kind }) => kind)).toEqual(["text-delta", "part"]);
  });
});

function compare(left: number, right: number): number {
  return left - right;
}
