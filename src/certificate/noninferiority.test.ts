import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowerBound, upperBound } from "../statistics/clopper-pearson.ts";
import { countReruns, noninferiority } from "./noninferiority.ts";

const counts = fc
  .tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.nat({ max: 300 }))
  .map(([rerunOnly, toolOnly, both]) => ({ rerunOnly, toolOnly, n: rerunOnly + toolOnly + both }));

describe("as consistent as the prompt itself", () => {
  test("needs 183 inputs on which neither side is ahead, for two points", () => {
    const at = (n: number) => noninferiority({ rerunOnly: 0, toolOnly: 0, n });
    expect(at(182).holds).toBe(false);
    expect(at(183).holds).toBe(true);
    expect(at(0).needed).toBe(183);
    expect(at(100).needed).toBe(83);
    expect(at(183).needed).toBe(0);
  });

  test("is the difference of two exact bounds at half the risk, above -delta", () => {
    fc.assert(
      fc.property(counts, ({ rerunOnly, toolOnly, n }) => {
        const settings = { alpha: 0.1, delta: 0.03 };
        const { least, holds } = noninferiority({ rerunOnly, toolOnly, n }, settings);
        const ahead = lowerBound({ agreed: toolOnly, n }, 0.05);
        const behind = upperBound({ agreed: rerunOnly, n }, 0.05);
        expect(least).toBe(ahead - behind);
        expect(holds).toBe(least > -0.03);
      }),
    );
  });

  test("holds after the inputs that it needs, and after fewer it does not", () => {
    fc.assert(
      fc.property(counts, fc.nat({ max: 1000 }), (found, part) => {
        const { needed } = noninferiority(found);
        const holdsAfter = (more: number) => noninferiority({ ...found, n: found.n + more }).holds;
        expect(holdsAfter(needed)).toBe(true);
        if (needed > 0) expect(holdsAfter(part % needed)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test("is out of the question for a tool that is often behind, and clear for one often ahead", () => {
    expect(noninferiority({ rerunOnly: 20, toolOnly: 0, n: 200 }).holds).toBe(false);
    expect(noninferiority({ rerunOnly: 0, toolOnly: 20, n: 200 }).holds).toBe(true);
  });
});

test("inputs count for the side that alone repeats the first answer", () => {
  const both = { rerunMatches: true, toolMatches: true };
  const neither = { rerunMatches: false, toolMatches: false };
  const rerun = { rerunMatches: true, toolMatches: false };
  const tool = { rerunMatches: false, toolMatches: true };
  const reruns = [both, neither, rerun, tool, rerun, both];
  expect(countReruns(reruns)).toEqual({ rerunOnly: 2, toolOnly: 1, n: 6 });
});

test.each([
  [{ rerunOnly: 2, toolOnly: 1, n: 2 }, {}],
  [{ rerunOnly: 0, toolOnly: -1, n: 2 }, {}],
  [{ rerunOnly: 0, toolOnly: 0, n: 2 }, { alpha: 2 }],
  [{ rerunOnly: 0, toolOnly: 0, n: 2 }, { delta: 0 }],
])("%o with %o is refused", (found, settings) => {
  expect(() => noninferiority(found, settings)).toThrow(RangeError);
});
