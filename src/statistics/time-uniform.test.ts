import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  exactEvidence,
  fraction,
  isAtLeastWhole,
  lnOf,
  oddsOfVersion,
} from "../../tests/support/exact-evidence.ts";
import { edgesOf, medianOf, passedBy } from "../../tests/support/first-passage.ts";
import { interval, isBelowClaim, logEvidence, neededInputs, reachesClaim } from "./time-uniform.ts";
import { versionRisk } from "./version-risk.ts";

const DISAGREED = [0, 1, 2, 3, 5];

const NEEDED_BY_CLAIM = [
  [0.9, [37, 73, 100, 125, 169]],
  [0.95, [78, 144, 195, 240, 322]],
  [0.98, [211, 367, 487, 593, 785]],
  [0.99, [453, 758, 993, 1201, 1578]],
] as const;

const NEEDED_BY_VERSION = [
  [1, [211, 367, 487, 593, 785]],
  [2, [270, 431, 555, 664, 862]],
  [3, [307, 471, 597, 708, 909]],
  [5, [355, 522, 651, 765, 971]],
  [10, [422, 595, 728, 845, 1056]],
  [20, [492, 669, 805, 926, 1142]],
] as const;

const tallies = fc
  .integer({ min: 0, max: 400 })
  .chain((n) => fc.record({ agreed: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));
const hundredths = fc.integer({ min: 1, max: 999 }).map((count) => count / 1000);
const versions = fc.integer({ min: 1, max: 30 });

/** Asserts the code's answer and the exact one, so that the exact sum is the judge of both. */
function expectReached(reached: boolean, claim: number, [agreed, n, version]: readonly number[]) {
  if (agreed === undefined || n === undefined || version === undefined) return expect.unreachable();
  const exact = isAtLeastWhole(exactEvidence(agreed, n, fraction(claim)), oddsOfVersion(version));
  const shown = `${agreed} of ${n} at ${claim}, version ${version}`;
  expect(exact, shown).toBe(reached);
  expect(reachesClaim(claim, { agreed, n }, versionRisk(version)), shown).toBe(reached);
}

describe("the inputs that a claim needs, in whole numbers", () => {
  test.each(NEEDED_BY_CLAIM)(
    "are enough for a claim of %d, and one fewer is not",
    (claim, cells) => {
      for (const [column, n] of cells.entries()) {
        const disagreed = DISAGREED[column] ?? Number.NaN;
        expectReached(true, claim, [n - disagreed, n, 1]);
        expectReached(false, claim, [n - 1 - disagreed, n - 1, 1]);
      }
    },
  );

  test.each(NEEDED_BY_VERSION)(
    "are enough for version %d at 0.98, and one fewer is not",
    (version, cells) => {
      for (const [column, n] of cells.entries()) {
        const disagreed = DISAGREED[column] ?? Number.NaN;
        expectReached(true, 0.98, [n - disagreed, n, version]);
        expectReached(false, 0.98, [n - 1 - disagreed, n - 1, version]);
      }
    },
  );

  test.each([
    [299, 0.9854],
    [38, 0.9036],
    [9, 0.6605],
  ])("%d of as many show %d and not a hundredth of a point more", (n, lower) => {
    expectReached(true, lower, [n, n, 1]);
    expectReached(false, Number((lower + 0.0001).toFixed(4)), [n, n, 1]);
    const bound = interval({ agreed: n, n }, versionRisk(1)).lower;
    expect(Math.floor(bound * 10_000) / 10_000).toBe(lower);
  });

  test.each([
    [20, 0.827],
    [60, 0.936],
  ])("%d templates of as many show %d and not a tenth of a point more", (n, lower) => {
    expectReached(true, lower, [n, n, 1]);
    expectReached(false, Number((lower + 0.001).toFixed(3)), [n, n, 1]);
  });

  test("count on at the rate that was seen", () => {
    const none = { agreed: 0, n: 0 };
    expect(neededInputs(0.98, none, versionRisk(1))).toBe(211);
    expect(neededInputs(0.98, { agreed: 100, n: 100 }, versionRisk(1))).toBe(211);
    expect(neededInputs(0.98, { agreed: 98, n: 100 }, versionRisk(1))).toBeUndefined();
    expect(neededInputs(0.98, { agreed: 90, n: 100 }, versionRisk(1))).toBeUndefined();
  });
});

describe("the evidence", () => {
  test("is the quotient of whole numbers, to twelve digits", () => {
    fc.assert(
      fc.property(tallies, hundredths, ({ agreed, n }, share) => {
        const exact = lnOf(exactEvidence(agreed, n, fraction(share)));
        expect(Math.abs(logEvidence({ agreed, n }, share) - exact)).toBeLessThan(
          1e-12 * (1 + Math.abs(exact) + n),
        );
      }),
    );
  });

  test("averages 1 over all that n inputs can come to: it is a fair bet", () => {
    for (const share of [0.5, 0.9, 0.98]) {
      for (let n = 0; n <= 12; n++) {
        let mean = 0;
        for (let outcome = 0; outcome < 2 ** n; outcome++) {
          const agreed = outcome.toString(2).replaceAll("0", "").length;
          const chance = share ** agreed * (1 - share) ** (n - agreed);
          mean += chance * Math.exp(logEvidence({ agreed, n }, share));
        }
        expect(mean, `${n} inputs at ${share}`).toBeCloseTo(1, 10);
      }
    }
  });

  test("is the average over the mixture, for real numbers too", () => {
    const counts = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 60, noNaN: true }), (agreed, disagreed) => {
        const found = logEvidence({ agreed, n: agreed + disagreed }, 0.98);
        expect(Math.abs(found - integrated(agreed, disagreed, 0.98))).toBeLessThan(1e-7);
      }),
    );
  });

  test.each([
    [0.85, 79],
    [0.9, 137],
    [0.94, 340],
  ])("of a tool at %d refutes 0.98 in half of the runs after about %d inputs", (rate, n) => {
    const course = { rate, claim: 0.98, verdict: "refuted", inputs: 400, alpha: 0.025 } as const;
    expect(Math.abs(medianOf(passedBy(course)) / n - 1)).toBeLessThan(0.05);
  });

  test("of a tool at 99.5 % supports 98 % in half of the runs that are looked at once, at 487", () => {
    expect(supportedAt(487, 0.995)).toBeGreaterThan(0.5);
    expect(supportedAt(486, 0.995)).toBeLessThan(0.5);
  });

  test.each([
    [0.99, 1370],
    [0.987, 3600],
  ])("of a tool at %d supports 0.98 in half of the runs by about %d inputs", (rate, n) => {
    const course = { rate, claim: 0.98, verdict: "supported", inputs: n, alpha: 0.025 } as const;
    const passed = passedBy(course);
    expect(passed[n]).toBeGreaterThan(0.5);
    expect(medianOf(passed) / n).toBeGreaterThan(0.93);
  });
});

describe("the interval", () => {
  test("holds exactly the shares that the evidence does not exclude", () => {
    fc.assert(
      fc.property(tallies, hundredths, versions, ({ agreed, n }, share, version) => {
        const { lower, upper } = interval({ agreed, n }, versionRisk(version));
        fc.pre(Math.min(Math.abs(lower - share), Math.abs(upper - share)) > 1e-9);
        const excluded = isAtLeastWhole(
          exactEvidence(agreed, n, fraction(share)),
          oddsOfVersion(version),
        );
        expect(share < lower || share > upper).toBe(excluded);
      }),
    );
  });

  test("agrees with the questions that are asked without finding it", () => {
    fc.assert(
      fc.property(tallies, hundredths, versions, (tally, claim, version) => {
        const alpha = versionRisk(version);
        const { lower, upper } = interval(tally, alpha);
        fc.pre(Math.min(Math.abs(lower - claim), Math.abs(upper - claim)) > 1e-9);
        expect(reachesClaim(claim, tally, alpha)).toBe(lower >= claim);
        expect(isBelowClaim(claim, tally, alpha)).toBe(upper < claim);
      }),
    );
  });

  test("holds what was seen, and is wider for later versions", () => {
    fc.assert(
      fc.property(tallies, versions, (tally, version) => {
        const now = interval(tally, versionRisk(version));
        const later = interval(tally, versionRisk(version + 1));
        const seen = tally.n === 0 ? 0.5 : tally.agreed / tally.n;
        expect(now.lower).toBeLessThanOrEqual(seen);
        expect(now.upper).toBeGreaterThanOrEqual(seen);
        expect(later.lower).toBeLessThanOrEqual(now.lower);
        expect(later.upper).toBeGreaterThanOrEqual(now.upper);
      }),
    );
  });

  test("of nothing is everything", () => {
    expect(interval({ agreed: 0, n: 0 }, 0.025)).toEqual({ lower: 0, upper: 1 });
  });
});

test("needed inputs are the least whole number above n at which the claim holds", () => {
  fc.assert(
    fc.property(tallies, fc.constantFrom(0.9, 0.95, 0.98), versions, (tally, claim, version) => {
      const alpha = versionRisk(version);
      if (reachesClaim(claim, tally, alpha)) return;
      const rate = tally.n === 0 ? 1 : tally.agreed / tally.n;
      const needed = neededInputs(claim, tally, alpha);
      expect(needed === undefined).toBe(rate <= claim);
      if (needed === undefined) return;
      expect(needed).toBeGreaterThan(tally.n);
      const at = (n: number) => reachesClaim(claim, { agreed: n * rate, n }, alpha);
      expect(at(needed)).toBe(true);
      if (needed - 1 > tally.n) expect(at(needed - 1)).toBe(false);
    }),
  );
});

test("a tool at the rate of the claim plus next to nothing needs more than can be counted", () => {
  const tally = { agreed: 0.98 * 1000 + 1e-9, n: 1000 };
  expect(neededInputs(0.98, tally, 0.025) ?? Infinity).toBeGreaterThan(1e12);
});

test.each([
  { agreed: 2, n: 1 },
  { agreed: -1, n: 1 },
  { agreed: Number.NaN, n: 1 },
  { agreed: 1, n: Infinity },
])("%o is refused", (tally) => {
  expect(() => interval(tally, 0.025)).toThrow(RangeError);
  expect(() => reachesClaim(0.9, tally, 0.025)).toThrow(RangeError);
  expect(() => isBelowClaim(0.9, tally, 0.025)).toThrow(RangeError);
  expect(() => neededInputs(0.9, tally, 0.025)).toThrow(RangeError);
});

describe("the risk of a version", () => {
  test("sums to 5 % at most, over any number of versions", () => {
    let sum = 0;
    for (let version = 1; version <= 100_000; version++) sum += versionRisk(version);
    expect(sum).toBeLessThan(0.05);
    expect(sum).toBeGreaterThan(0.0499);
  });

  test.each([0, 1.5, -1, Number.NaN])("%d is no version", (version) => {
    expect(() => versionRisk(version)).toThrow(RangeError);
  });
});

/** The chance that one look at n inputs supports 98 %. */
function supportedAt(n: number, rate: number): number {
  const course = { claim: 0.98, verdict: "supported", inputs: n, alpha: 0.025 } as const;
  const most = edgesOf(course)[n] ?? Number.NaN;
  let chance = rate ** n;
  let sum = 0;
  for (let disagreed = 0; disagreed <= most; disagreed++) {
    sum += chance;
    chance *= ((n - disagreed) / (disagreed + 1)) * (1 / rate - 1);
  }
  return sum;
}

/** Steps of Simpson's rule. */
const STEPS = 20_000;

/**
 * The logarithm of the evidence as an integral over the mixture's shares q, with q = 1 - t² so that the
 * density has no pole: `∫ (1-t²)^(99+k) t^(2d) dt / ∫ (1-t²)^99 dt / (p^k (1-p)^d)`.
 */
function integrated(agreed: number, disagreed: number, share: number): number {
  const log = lnIntegral(agreed, disagreed) - lnIntegral(0, 0);
  return log - agreed * Math.log(share) - disagreed * Math.log(1 - share);
}

function lnIntegral(agreed: number, disagreed: number): number {
  const logs = Array.from({ length: STEPS - 1 }, (_each, index) => {
    // t = u³ makes t^(2d) smooth enough at 0 for a d that is no whole number.
    const u = (index + 1) / STEPS;
    const t = u ** 3;
    const weight = index % 2 === 0 ? 4 : 2;
    const density = (99 + agreed) * Math.log1p(-t * t) + 2 * disagreed * Math.log(t);
    return density + Math.log(weight * 3 * u * u);
  });
  const greatest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  return greatest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - greatest), 0));
}
