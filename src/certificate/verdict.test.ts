import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { judge, VERDICT_EXIT } from "./verdict.ts";

const tallies = fc
  .integer({ min: 0, max: 400 })
  .chain((n) => fc.record({ agreed: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));
const claims = fc.double({ min: 0.05, max: 0.995, noNaN: true });
const versions = fc.integer({ min: 1, max: 30 });

describe("the verdict", () => {
  test.each([
    [{ agreed: 211, n: 211 }, "supported", 0],
    [{ agreed: 210, n: 211 }, "inconclusive", 6],
    [{ agreed: 120, n: 149 }, "refuted", 1],
    [{ agreed: 0, n: 0 }, "inconclusive", 6],
  ] as const)("on %o for a claim of 0.98 is %s, exit code %d", (tally, verdict, exitCode) => {
    expect(judge(tally, { claim: 0.98, version: 1 }).verdict).toBe(verdict);
    expect(VERDICT_EXIT[verdict]).toBe(exitCode);
  });

  test("holds the figures that it follows from", () => {
    expect(judge({ agreed: 6, n: 6 }, { claim: 0.98, version: 1 })).toEqual({
      verdict: "inconclusive",
      agreed: 6,
      n: 6,
      lower: expect.closeTo(0.5379, 3),
      upper: 1,
      claim: 0.98,
      alpha: 0.025,
      needed: 211,
    });
  });

  test("agrees with the bounds that it shows", () => {
    fc.assert(
      fc.property(tallies, claims, versions, (tally, claim, version) => {
        const { verdict, lower, upper, alpha } = judge(tally, { claim, version });
        expect(alpha).toBe(0.05 / (version * (version + 1)));
        fc.pre(Math.min(Math.abs(lower - claim), Math.abs(upper - claim)) > 1e-9);
        const bounds = lower >= claim ? "supported" : upper < claim ? "refuted" : "inconclusive";
        expect(verdict).toBe(bounds);
      }),
    );
  });

  test("is supported once what is needed has come and agreed as often as before", () => {
    fc.assert(
      fc.property(tallies, claims, versions, (tally, claim, version) => {
        const { verdict, needed } = judge(tally, { claim, version });
        if (verdict !== "inconclusive") expect(needed).toBeUndefined();
        else if (needed === undefined) expect(tally.agreed).toBeLessThanOrEqual(claim * tally.n);
        if (needed === undefined) return;
        const rate = tally.n === 0 ? 1 : tally.agreed / tally.n;
        const at = (n: number) => judge({ agreed: n * rate, n }, { claim, version }).verdict;
        expect(at(needed)).toBe("supported");
        expect(at(needed - 1)).toBe("inconclusive");
      }),
    );
  });

  test("of a later version is harder to reach", () => {
    const tally = { agreed: 211, n: 211 };
    expect(judge(tally, { claim: 0.98, version: 2 })).toMatchObject({
      verdict: "inconclusive",
      needed: 270,
    });
  });
});

test.each([0, 1, 98, -0.5, Number.NaN])("a claim of %d is refused with what to write", (claim) => {
  try {
    judge({ agreed: 1, n: 1 }, { claim, version: 1 });
    expect.unreachable();
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    const message = `Failed to judge "claim": it must be above 0 and below 1, not ${claim}`;
    expect(error).toMatchObject({ code: "usage", what: "claim", message, exitCode: 2 });
    expect(error.tries).toHaveLength(1);
  }
});

test.each([0, 1.5, -1])("version %d is refused", (version) => {
  expect(() => judge({ agreed: 1, n: 1 }, { claim: 0.9, version })).toThrow(RangeError);
});
