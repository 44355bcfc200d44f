import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { judge, VERDICT_EXIT } from "./verdict.ts";

const tallies = fc
  .integer({ min: 0, max: 400 })
  .chain((n) => fc.record({ agreed: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));
const claims = fc.double({ min: 0.05, max: 0.995, noNaN: true });

describe("the verdict", () => {
  test.each([
    [{ agreed: 149, n: 149 }, "supported", 0],
    [{ agreed: 148, n: 149 }, "inconclusive", 6],
    [{ agreed: 120, n: 149 }, "refuted", 1],
    [{ agreed: 0, n: 0 }, "inconclusive", 6],
  ] as const)("on %o for a claim of 0.98 is %s, exit code %d", (tally, verdict, exitCode) => {
    expect(judge(tally, { claim: 0.98 }).verdict).toBe(verdict);
    expect(VERDICT_EXIT[verdict]).toBe(exitCode);
  });

  test("holds the figures that it follows from", () => {
    expect(judge({ agreed: 6, n: 6 }, { claim: 0.98 })).toEqual({
      verdict: "inconclusive",
      agreed: 6,
      n: 6,
      lower: expect.closeTo(0.05 ** (1 / 6), 12),
      upper: 1,
      claim: 0.98,
      alpha: 0.05,
      needed: 143,
      neededAtNextLook: 177,
    });
  });

  test("agrees with the bounds that it shows", () => {
    fc.assert(
      fc.property(tallies, claims, fc.integer({ min: 1, max: 9 }), (tally, claim, looks) => {
        const { verdict, lower, upper, alpha } = judge(tally, { claim, looks });
        expect(alpha).toBe(0.05 / looks);
        fc.pre(Math.min(Math.abs(lower - claim), Math.abs(upper - claim)) > 1e-9);
        const bounds = lower >= claim ? "supported" : upper < claim ? "refuted" : "inconclusive";
        expect(verdict).toBe(bounds);
      }),
    );
  });

  test("is supported once what is needed has come and agreed, and not one input earlier", () => {
    fc.assert(
      fc.property(tallies, claims, fc.integer({ min: 1, max: 4 }), (tally, claim, looks) => {
        const found = judge(tally, { claim, looks });
        if (found.verdict !== "inconclusive") return;
        const verdictAfter = (more: number, atLook: number) =>
          judge({ agreed: tally.agreed + more, n: tally.n + more }, { claim, looks: atLook })
            .verdict;
        expect(verdictAfter(found.needed, looks)).toBe("supported");
        expect(verdictAfter(found.needed - 1, looks)).toBe("inconclusive");
        expect(verdictAfter(found.neededAtNextLook, looks + 1)).toBe("supported");
        expect(verdictAfter(found.neededAtNextLook - 1, looks + 1)).toBe("inconclusive");
      }),
    );
  });

  test("of a further look is harder to reach", () => {
    expect(judge({ agreed: 149, n: 149 }, { claim: 0.98, looks: 2 }).verdict).toBe("inconclusive");
    expect(judge({ agreed: 183, n: 183 }, { claim: 0.98, looks: 2 }).verdict).toBe("supported");
  });
});

test.each([
  [{ claim: 1 }, "claim", 'Failed to judge "claim": it must be above 0 and below 1, not 1'],
  [{ claim: 98 }, "claim", 'Failed to judge "claim": it must be above 0 and below 1, not 98'],
  [
    { claim: 0.9, alpha: 0 },
    "alpha",
    'Failed to judge "alpha": it must be above 0 and below 1, not 0',
  ],
] as const)("%o is refused with what to write", (question, what, message) => {
  try {
    judge({ agreed: 1, n: 1 }, question);
    expect.unreachable();
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    expect(error).toMatchObject({ code: "usage", what, message, exitCode: 2 });
    expect(error.tries).toHaveLength(1);
  }
});

test.each([0, 1.5, -1])("%d looks are refused", (looks) => {
  expect(() => judge({ agreed: 1, n: 1 }, { claim: 0.9, looks })).toThrow(RangeError);
});
