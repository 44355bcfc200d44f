import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import {
  formatSplitLedger,
  type Look,
  looksThatCount,
  newLedger,
  parseSplitLedger,
  withLook,
} from "./split-ledger.ts";
import { judge } from "./verdict.ts";

const FILE = "split.lock.json";
const A = "00000000000000aa";
const B = "00000000000000bb";

const looks: fc.Arbitrary<Look> = fc
  .record({
    subject: fc
      .bigInt({ min: 0n, max: 2n ** 64n - 1n })
      .map((n) => n.toString(16).padStart(16, "0")),
    agreed: fc.nat({ max: 1000 }),
    disagreed: fc.nat({ max: 1000 }),
  })
  .map(({ subject, agreed, disagreed }) => ({ subject, agreed, n: agreed + disagreed }));

describe("the split's ledger", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(looks), (name, taken) => {
        const worker = `w${name}`;
        const ledger = taken.reduce(withLook, newLedger(worker));
        expect(ledger.looks).toEqual(taken);
        expect(parseSplitLedger(formatSplitLedger(ledger), FILE)).toEqual(ledger);
      }),
    );
  });

  test("reads well", () => {
    const ledger = withLook(newLedger("dates"), { subject: A, n: 60, agreed: 59 });
    expect(formatSplitLedger(ledger)).toBe(`{
  "split": 1,
  "worker": "dates",
  "looks": [
    {
      "subject": "00000000000000aa",
      "n": 60,
      "agreed": 59
    }
  ]
}
`);
  });

  test("keeps each look and counts those at the same subject once", () => {
    const first = withLook(newLedger("dates"), { subject: A, n: 60, agreed: 59 });
    const again = withLook(first, { subject: A, n: 60, agreed: 59 });
    const other = withLook(again, { subject: B, n: 60, agreed: 60 });
    expect([newLedger("dates"), first, again, other].map(looksThatCount)).toEqual([0, 1, 1, 2]);
    expect(other.looks).toHaveLength(3);
    const { alpha } = judge({ agreed: 60, n: 60 }, { claim: 0.9, looks: looksThatCount(other) });
    expect(alpha).toBe(0.025);
  });

  test.each([
    ["", "the split's ledger has no split", undefined],
    ["[]", "the split's ledger must be keys with values, not a list", "1:1"],
    ["{", "the split's ledger is not valid YAML", "1:2"],
    ['{ "split": 2, "worker": "w", "looks": [] }', '"split" must be 1, not 2', "1:12"],
    ['{ "split": 1, "looks": [] }', "the split's ledger has no worker", "1:1"],
    ['{ "split": 1, "worker": "w" }', "the split's ledger has no looks", "1:1"],
    ['{ "split": 1, "worker": "w", "look": [] }', 'unknown key "look"', "1:30"],
    [
      `{ "split": 1, "worker": "w", "looks": [\n{ "subject": "${A}", "n": 1, "agreed": 2 }] }`,
      '"looks[0]" has more agreements than inputs',
      "2:1",
    ],
    [
      `{ "split": 1, "worker": "w", "looks": [\n{ "subject": "me", "n": 1, "agreed": 1 }] }`,
      '"looks[0].subject" must be a hash in hexadecimal, not text "me"',
      "2:14",
    ],
    [
      `{ "split": 1, "worker": "w", "looks": [\n{ "subject": "${A}", "n": -1, "agreed": 0 }] }`,
      '"looks[0].n" must be a whole number of at least 0, not the number -1',
      "2:39",
    ],
  ])("%j is refused with its place", (text, reason, at) => {
    try {
      parseSplitLedger(text, FILE);
      expect.unreachable();
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      expect(error.reason).toContain(reason);
      expect(error).toMatchObject({ code: "file", what: FILE });
      if (at) expect(error.report()).toContain(`at ${FILE}:${at}`);
    }
  });
});
