import { describe, expect, test } from "vitest";
import { seededRandom } from "../../tests/support/seeded-random.ts";
import { incompleteBeta } from "./beta.ts";
import { lowerBound, upperBound } from "./clopper-pearson.ts";

const ALPHA = 0.05;
const SIZES = [1, 5, 10, 30, 59, 100, 300];
const SHARES = [0.01, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];
const CASES = SIZES.flatMap((n) => SHARES.map((share) => ({ n, share })));

/** Samples of one size from one share. */
const SAMPLES = 2000;

/** Four standard errors of a frequency near 95 % in so many samples: chance, not a missing coverage. */
const SLACK = 4 * Math.sqrt((ALPHA * (1 - ALPHA)) / SAMPLES);

describe("the one-sided bounds cover the true share in at least 95 %", () => {
  test("of all samples, counted exactly", () => {
    for (const { n, share } of CASES) {
      let [covered, coveredAbove] = [0, 0];
      for (let agreed = 0; agreed <= n; agreed++) {
        const chance = chanceOf(agreed, n, share);
        if (lowerBound({ agreed, n }, ALPHA) <= share) covered += chance;
        if (upperBound({ agreed, n }, ALPHA) >= share) coveredAbove += chance;
      }
      const shown = `${n} inputs at ${share}`;
      expect(covered, shown).toBeGreaterThanOrEqual(1 - ALPHA - 1e-12);
      expect(coveredAbove, shown).toBeGreaterThanOrEqual(1 - ALPHA - 1e-12);
    }
  });

  test("of simulated samples (seeded)", () => {
    const random = seededRandom(7);
    for (const { n, share } of CASES) {
      const bounds = Array.from({ length: n + 1 }, (_, agreed) => lowerBound({ agreed, n }, ALPHA));
      let covered = 0;
      for (let sample = 0; sample < SAMPLES; sample++) {
        let agreed = 0;
        for (let input = 0; input < n; input++) if (random() < share) agreed++;
        if ((bounds[agreed] ?? Number.NaN) <= share) covered++;
      }
      const shown = `${n} inputs at ${share}`;
      expect(covered / SAMPLES, shown).toBeGreaterThanOrEqual(1 - ALPHA - SLACK);
    }
  });

  test("and come close to it: another alpha would be seen", () => {
    // At a share that is a bound itself the coverage is exactly 1 - alpha.
    const share = lowerBound({ agreed: 99, n: 100 }, ALPHA) - 1e-12;
    expect(1 - incompleteBeta(share, 99, 2)).toBeCloseTo(1 - ALPHA, 9);
  });
});

function chanceOf(agreed: number, n: number, share: number): number {
  const atLeast = (count: number) =>
    count <= 0 ? 1 : count > n ? 0 : incompleteBeta(share, count, n - count + 1);
  return atLeast(agreed) - atLeast(agreed + 1);
}
