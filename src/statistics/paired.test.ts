import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  exactPairedEvidence,
  exactWorseEvidence,
  fraction,
  isAtLeastWhole,
  lnOf,
  oddsOfVersion,
} from "../../tests/support/exact-evidence.ts";
import { points } from "../words/percent.ts";
import {
  logPairedEvidence,
  logWorseEvidence,
  mostLoss,
  type PairedCounts,
  pairedVerdict,
} from "./paired.ts";
import { versionRisk } from "./version-risk.ts";

const counts: fc.Arbitrary<PairedCounts> = fc
  .tuple(fc.nat(40), fc.nat(40), fc.nat(500))
  .map(([better, worse, same]) => ({ better, worse, n: better + worse + same }));
const versions = fc.integer({ min: 1, max: 20 });
const margins = fc.constantFrom(0.002, 0.01, 0.02, 0.05);

/** Asserts that n inputs are enough, in whole numbers and by the code, and that one fewer is not. */
function expectLeast(found: PairedCounts, margin: number) {
  const alpha = versionRisk(1);
  for (const [n, holds] of [
    [found.n, true],
    [found.n - 1, false],
  ] as const) {
    const at = { ...found, n };
    const exact = exactPairedEvidence(at, fraction(margin));
    expect(isAtLeastWhole(exact, oddsOfVersion(1)), `${n} inputs`).toBe(holds);
    expect(pairedVerdict(at, { margin, alpha })).toBe(holds ? "no-worse" : "open");
  }
}

describe("no worse than the prompt", () => {
  test.each([
    [0, 0, 529],
    [1, 0, 457],
    [3, 0, 314],
    [5, 0, 171],
    [1, 1, 719],
    [3, 3, 994],
    [5, 5, 1182],
    [10, 5, 795],
    [10, 10, 1580],
    [0, 1, 791],
    [0, 3, 1222],
  ])("with %d better and %d worse takes %d inputs", (better, worse, n) => {
    expectLeast({ better, worse, n }, 0.01);
  });

  test.each([
    [0, 266],
    [1, 356],
    [5, 589],
  ])("of the prompt's own noise, with %d and as many, takes %d inputs", (each, n) => {
    expectLeast({ better: each, worse: each, n }, 0.02);
  });

  test.each([[318, 17, 0, "2.2"]])(
    "of %d, %d of them better and %d worse: better by at least %s points",
    (n, better, worse, least) => {
      const found = { n, better, worse };
      const loss = mostLoss(found, versionRisk(1));
      expect(points(-loss, "at-least").slice(0, 3)).toBe(least);
      const exact = (margin: number) =>
        isAtLeastWhole(exactPairedEvidence(found, fraction(margin)), oddsOfVersion(1));
      expect(exact(-Number(least) / 100)).toBe(true);
      expect(exact(-(Number(least) + 0.1) / 100)).toBe(false);
      expect(pairedVerdict(found, { margin: 0.01, alpha: versionRisk(1) })).toBe("no-worse");
    },
  );
});

describe("the evidence of pairs", () => {
  test("is the quotient of whole numbers", () => {
    fc.assert(
      fc.property(counts, margins, (found, margin) => {
        const [least, most] = [lnOf(exactPairedEvidence(found, fraction(margin))), exactLnWorse()];
        expect(Math.abs(logPairedEvidence(found, margin) - least)).toBeLessThan(1e-9);
        expect(Math.abs(logWorseEvidence(found, margin) - most)).toBeLessThan(1e-9);
        function exactLnWorse() {
          return lnOf(exactWorseEvidence(found, fraction(margin)));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("averages 1 at its boundary over all that a few inputs can come to: it is a fair bet", () => {
    const margin = 0.02;
    for (const gains of [0, 0.05, 0.3]) {
      const chances = { better: gains, worse: gains + margin, same: 1 - 2 * gains - margin };
      for (let n = 0; n <= 8; n++) {
        let [mean, mirrored] = [0, 0];
        for (let outcome = 0; outcome < 3 ** n; outcome++) {
          const digits = outcome.toString(3).padStart(n, "0").slice(0, n);
          const better = digits.replaceAll(/[^1]/g, "").length;
          const worse = digits.replaceAll(/[^2]/g, "").length;
          const same = n - better - worse;
          const chance = chances.better ** better * chances.worse ** worse * chances.same ** same;
          mean += chance * Math.exp(logPairedEvidence({ n, better, worse }, margin));
          mirrored += chance * Math.exp(logWorseEvidence({ n, better, worse }, margin));
        }
        expect(mean).toBeCloseTo(1, 10);
        expect(mirrored).toBeCloseTo(1, 10);
      }
    }
  });

  test("of the other side is the evidence with both sides exchanged, at the margin below 0", () => {
    fc.assert(
      fc.property(counts, margins, (found, margin) => {
        const mirrored = { n: found.n, better: found.worse, worse: found.better };
        expect(logWorseEvidence(found, margin)).toBeCloseTo(
          logPairedEvidence(mirrored, -margin),
          9,
        );
      }),
    );
  });

  test("does not overflow", () => {
    const found = { n: 1e9, better: 1e8, worse: 0 };
    expect(logPairedEvidence(found, 0.01)).toBeGreaterThan(1e6);
    expect(pairedVerdict(found, { margin: 0.01, alpha: versionRisk(20) })).toBe("no-worse");
    expect(pairedVerdict({ ...found, better: 0, worse: 1e8 }, { margin: 0.01, alpha: 0.025 })).toBe(
      "worse",
    );
  });
});

describe("what is lost at most", () => {
  test("is the margin at which the verdict turns", () => {
    fc.assert(
      fc.property(counts, versions, (found, version) => {
        const alpha = versionRisk(version);
        const loss = mostLoss(found, alpha);
        const verdictAt = (margin: number) => pairedVerdict(found, { margin, alpha });
        if (loss < 1) expect(verdictAt(loss)).toBe("no-worse");
        if (loss > -1) expect(verdictAt(Math.max(-1, loss - 1e-9))).not.toBe("no-worse");
      }),
    );
  });

  test("is everything where nothing is known, and less with each input on which both agree", () => {
    expect(mostLoss({ n: 0, better: 0, worse: 0 }, 0.025)).toBe(1);
    fc.assert(
      fc.property(counts, (found) => {
        const more = { ...found, n: found.n + 1 };
        // While the tool is better, a further input without a difference brings its advantage down.
        fc.pre(mostLoss(found, 0.025) > 0);
        expect(mostLoss(more, 0.025)).toBeLessThanOrEqual(mostLoss(found, 0.025));
      }),
    );
  });

  test("never calls one tool both", () => {
    fc.assert(
      fc.property(counts, margins, versions, (found, margin, version) => {
        const level = -Math.log(versionRisk(version));
        const both =
          logPairedEvidence(found, margin) >= level && logWorseEvidence(found, margin) >= level;
        expect(both).toBe(false);
      }),
    );
  });
});

test.each([
  { n: 1, better: 1, worse: 1 },
  { n: 1, better: -1, worse: 1 },
  { n: Number.NaN, better: 0, worse: 0 },
])("%o is refused", (found) => {
  expect(() => mostLoss(found, 0.025)).toThrow(RangeError);
  expect(() => pairedVerdict(found, { margin: 0.01, alpha: 0.025 })).toThrow(RangeError);
});
