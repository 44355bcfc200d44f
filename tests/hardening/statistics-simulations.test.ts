import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerView } from "../../src/certificate/ledger-view.ts";
import {
  afterComparison,
  CALM_DETECTOR,
  CountedOnce,
  isAlarm,
} from "../../src/statistics/detector.ts";
import { logPairedEvidence } from "../../src/statistics/paired.ts";
import { reachesClaim } from "../../src/statistics/time-uniform.ts";
import { versionRisk } from "../../src/statistics/version-risk.ts";
import { edgesOf, passedBy } from "../support/first-passage.ts";
import { type Habits, type Look, ledgerLooksOf, looksOf } from "../support/hardening-engineers.ts";
import { PART } from "../support/ledgers.ts";
import { seededRandom } from "../support/seeded-random.ts";

const RUNS = 2000;

/** What may go wrong in all. */
const RISK = 0.05;

/** How often something happens in a number of runs. */
function frequency(runs: number, happens: (run: number) => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run++) if (happens(run)) count++;
  return count / runs;
}

/** Edges for versions 1, 2, ...; the first is at index 0. */
function edgesOfVersions(
  versions: number,
  course: Omit<Parameters<typeof edgesOf>[0], "alpha">,
): readonly Int32Array[] {
  return Array.from({ length: versions }, (_each, index) =>
    edgesOf({ ...course, alpha: versionRisk(index + 1) }),
  );
}

function isSupportedBy(claim: number): (look: Look) => boolean {
  return (look) => reachesClaim(claim, look, versionRisk(look.version));
}

describe("the interval, looked at after every one of 3,000 inputs", () => {
  const INPUTS = 3000;
  const VERSIONS = 10;

  test.each([
    [0.95, 0.0243],
    [0.98, 0.0223],
    [0.99, 0.0185],
  ])("of version 1 misses a share of %d in %d of the runs, counted exactly", (share, misses) => {
    const course = { rate: share, claim: share, inputs: INPUTS, alpha: versionRisk(1) };
    const [above, below] = (["supported", "refuted"] as const).map(
      (verdict) => passedBy({ ...course, verdict })[INPUTS] ?? Number.NaN,
    );
    expect(((above ?? 0) + (below ?? 0)).toFixed(4)).toBe(misses.toFixed(4));
  });

  test.each([0.95, 0.98, 0.99])(
    "of ten versions covers a share of %d in nineteen of twenty runs",
    (share) => {
      const random = seededRandom(Math.round(share * 100));
      const course = { claim: share, inputs: INPUTS };
      const lower = edgesOfVersions(VERSIONS, { ...course, verdict: "supported" });
      const upper = edgesOfVersions(VERSIONS, { ...course, verdict: "refuted" });
      const missedBy = (version: number): boolean => {
        const [least, most] = [lower[version] ?? NONE, upper[version] ?? NONE];
        let disagreed = 0;
        for (let n = 1; n <= INPUTS; n++) {
          if (random() >= share) disagreed++;
          if (disagreed <= (least[n] ?? 0) || disagreed >= (most[n] ?? 0)) return true;
        }
        return false;
      };
      const missed = frequency(RUNS, () => {
        let isMissed = false;
        for (let version = 0; version < VERSIONS; version++) {
          if (missedBy(version)) isMissed = true;
        }
        return isMissed;
      });
      expect(missed).toBeLessThanOrEqual(RISK);
      expect(missed).toBeGreaterThan(0.01);
    },
  );
});

const NONE = new Int32Array();

describe("an engineer who opens the queue after failed looks and special-cases all that he was shown", () => {
  /** A tenth of a point below the claim. */
  const BELOW = 0.001;

  const HABITS: readonly (readonly [string, Habits])[] = [
    [
      "everything, ten times",
      { recordsBetween: 10, looksBetween: 60, opens: Infinity, looks: 600 },
    ],
    ["50 inputs after each look", { recordsBetween: 150, looksBetween: 1, opens: 50, looks: 10 }],
  ];

  test.each(
    HABITS.flatMap(([what, habits]) => [0.95, 0.98].map((claim) => [what, claim, habits] as const)),
  )("%s, gets a false certificate of %d in one of twenty runs at most", (_what, claim, habits) => {
    const random = seededRandom(claim * 1000);
    const agrees = () => random() < claim - BELOW;
    const certified = frequency(RUNS, () => {
      const isSupported = isSupportedBy(claim);
      const last = looksOf(habits, agrees, (look) => look.version > 10 || isSupported(look)).at(-1);
      return last !== undefined && last.version <= 10 && isSupported(last);
    });
    expect(certified).toBeLessThanOrEqual(RISK);
  });

  test.each([
    [0.98, 0.98 - BELOW],
    [0.98, 0.94],
  ])(
    "would get one of %d at %d nearly always, if disagreements alone were moved",
    (claim, share) => {
      const random = seededRandom(claim * 1000);
      const certified = frequency(RUNS, () => {
        let agreed = 0;
        for (let input = 0; input < 400; input++) if (random() < share) agreed++;
        const looks = [
          { version: 1, n: 400, agreed },
          { version: 2, n: agreed, agreed },
        ];
        return looks.some(isSupportedBy(claim));
      });
      expect(certified).toBeGreaterThan(0.99);
    },
  );

  test("is told by the project's own ledger what the simple rules tell him", () => {
    const habits = fc.record({
      recordsBetween: fc.integer({ min: 1, max: 12 }),
      looksBetween: fc.integer({ min: 1, max: 3 }),
      opens: fc.oneof(fc.integer({ min: 1, max: 15 }), fc.constant(Infinity)),
      looks: fc.integer({ min: 1, max: 15 }),
    });
    fc.assert(
      fc.property(habits, fc.nat(), fc.constantFrom(0.5, 0.9, 0.98), (found, seed, share) => {
        const [one, other] = [seededRandom(seed), seededRandom(seed)];
        const never = () => false;
        expect(ledgerLooksOf(found, () => one() < share, never)).toEqual(
          looksOf(found, () => other() < share, never),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("gets a false certificate of the project's own ledger in 5 % at most", () => {
    const random = seededRandom(5);
    const habits = { recordsBetween: 60, looksBetween: 2, opens: Infinity, looks: 20 };
    const isSupported = isSupportedBy(0.9);
    const certified = frequency(100, () => {
      const last = ledgerLooksOf(habits, () => random() < 0.899, isSupported).at(-1);
      return last !== undefined && isSupported(last);
    });
    expect(certified).toBeLessThanOrEqual(RISK);
    expect(certified).toBeGreaterThan(0); // else the attack is too weak to show anything
  });

  test("would always get one of the project's own ledger, if what was opened went on counting", () => {
    const random = seededRandom(7);
    const counting = (view: LedgerView) =>
      view.listed(PART).flatMap(({ drawn, position }) => (drawn === "holdout" ? [position] : []));
    const habits = { recordsBetween: 200, looksBetween: 1, opens: Infinity, looks: 10, counting };
    const isSupported = isSupportedBy(0.95);
    const certified = frequency(10, () => {
      const last = ledgerLooksOf(habits, () => random() < 0.9, isSupported).at(-1);
      return last !== undefined && isSupported(last);
    });
    expect(certified).toBe(1);
  });
});

describe("an engineer who keeps the one of two versions that has the higher count, 20 times", () => {
  const INPUTS = 1000;
  const VERSIONS = 20;

  /** Whether any version is certified; each is the best so far with a share of its answers redrawn. */
  function climbs({
    share,
    random,
    edges,
  }: {
    readonly share: number;
    readonly random: () => number;
    readonly edges: readonly Int32Array[];
  }): boolean {
    let best = Uint8Array.from({ length: INPUTS }, () => (random() < share ? 1 : 0));
    let most = sumOf(best);
    for (let version = 1; version <= VERSIONS; version++) {
      const tried =
        version === 1
          ? best
          : best.map((was) => (random() < 0.2 ? (random() < share ? 1 : 0) : was));
      const agreed = sumOf(tried);
      if (INPUTS - agreed <= (edges[version - 1]?.[INPUTS] ?? -1)) return true;
      if (agreed >= most) [best, most] = [tried, agreed];
    }
    return false;
  }

  test.each([0.95, 0.98])(
    "gets a false certificate of %d in one of twenty runs at most",
    (claim) => {
      const random = seededRandom(claim * 100);
      const edges = edgesOfVersions(VERSIONS, { claim, verdict: "supported", inputs: INPUTS });
      const certified = frequency(RUNS, () => climbs({ share: claim - 0.0001, random, edges }));
      expect(certified).toBeLessThanOrEqual(RISK);
    },
  );

  test("would get one more often, if versions cost nothing", () => {
    const random = seededRandom(3);
    const free = edgesOf({ claim: 0.98, verdict: "supported", inputs: INPUTS, alpha: RISK });
    const edges = Array.from({ length: VERSIONS }, () => free);
    const certified = frequency(RUNS, () => climbs({ share: 0.9799, random, edges }));
    expect(certified).toBeGreaterThan(RISK);
  });
});

function sumOf(bits: Uint8Array): number {
  let sum = 0;
  for (const bit of bits) sum += bit;
  return sum;
}

describe("the paired test", () => {
  const INPUTS = 3000;
  const MARGIN = 0.01;
  const BETS = [0.1, 0.2, 0.4, 0.7, 0.95];

  /** The evidence as a product that grows with each input. */
  function passes(alpha: number, draw: () => number): boolean {
    const products = BETS.map(() => 1 / BETS.length);
    for (let n = 1; n <= INPUTS; n++) {
      const gain = MARGIN + draw();
      let evidence = 0;
      for (let bet = 0; bet < BETS.length; bet++) {
        const product = (products[bet] ?? 0) * (1 + (BETS[bet] ?? 0) * gain);
        products[bet] = product;
        evidence += product;
      }
      if (evidence >= 1 / alpha) return true;
    }
    return false;
  }

  test.each([0.01, 0.02, 0.06])(
    "passes at its boundary with 5 versions and a look after every input, in one of twenty runs at most, where only the tool is right in %d",
    (better) => {
      const random = seededRandom(better * 100);
      const draw = () => {
        const drawn = random();
        return drawn < better ? 1 : drawn < 2 * better + MARGIN ? -1 : 0;
      };
      const passed = frequency(RUNS / 2, () => {
        for (let version = 1; version <= 5; version++) {
          if (passes(versionRisk(version), draw)) return true;
        }
        return false;
      });
      expect(passed).toBeLessThanOrEqual(RISK);
      expect(passed).toBeGreaterThan(0.005);
    },
  );

  test("has the evidence of that product", () => {
    const outcomes = fc.array(fc.constantFrom<number>(-1, 0, 1), { maxLength: 300 });
    fc.assert(
      fc.property(outcomes, (course) => {
        const sum = BETS.map((bet) =>
          course.reduce((product: number, outcome) => product * (1 + bet * (MARGIN + outcome)), 1),
        ).reduce((total, product) => total + product / BETS.length, 0);
        const count = (one: number) => course.filter((outcome) => outcome === one).length;
        const counts = { n: course.length, better: count(1), worse: count(-1) };
        expect(logPairedEvidence(counts, MARGIN)).toBeCloseTo(Math.log(sum), 9);
      }),
    );
  });
});

describe("the alarm", () => {
  const TOLERATED = 0.02;

  /** Comparisons until the alarm, from a fresh start, sorted. */
  function delays(share: number, falseAlarmEvery: number, runs: number): readonly number[] {
    const random = seededRandom(share * 10_000 + falseAlarmEvery);
    const settings = { tolerated: TOLERATED, falseAlarmEvery };
    return Array.from({ length: runs }, () => {
      let state = CALM_DETECTOR;
      while (!isAlarm(state, settings)) {
        state = afterComparison(state, random() < share, settings);
      }
      return state.compared;
    }).sort((one, other) => one - other);
  }

  function meanOf(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  test.each([1000, 10_000])("is false once in %d comparisons at most, on average", (every) => {
    const mean = meanOf(delays(TOLERATED, every, 600));
    expect(mean).toBeGreaterThanOrEqual(every);
    expect(Math.abs(mean / every / 1.36 - 1)).toBeLessThan(0.15);
  });

  test.each([
    [1000, 0.03, 437, 361],
    [1000, 0.04, 245, 210],
    [1000, 0.08, 80, 71],
    [1000, 0.2, 27, 25],
    [10_000, 0.03, 1254, 1064],
    [10_000, 0.04, 512, 443],
    [10_000, 0.08, 125, 112],
    [10_000, 0.2, 37, 35],
    [100_000, 0.03, 2355, 2097],
    [100_000, 0.04, 824, 749],
    [100_000, 0.08, 171, 155],
    [100_000, 0.2, 47, 44],
  ])(
    "of C = %d finds %d after %d comparisons, and half of the time after %d",
    (every, share, mean, median) => {
      const found = delays(share, every, 1000);
      expect(Math.abs(meanOf(found) / mean - 1)).toBeLessThan(0.15);
      expect(Math.abs((found[500] ?? 0) / median - 1)).toBeLessThan(0.15);
    },
  );

  describe("with popular inputs that nothing has changed for", () => {
    const INPUTS = 5000;
    const CALLS = 10_000;
    const TOOLS = 600;

    /** How many tools of which 99 % of inputs agree raise an alarm. */
    function alarms(isCountedOnce: boolean): number {
      const random = seededRandom(99);
      const settings = { tolerated: TOLERATED, falseAlarmEvery: 10_000 };
      const draw = zipf(INPUTS, random);
      return frequency(TOOLS, () => {
        const disagrees = Uint8Array.from({ length: INPUTS }, () => (random() < 0.01 ? 1 : 0));
        const once = new CountedOnce();
        let state = CALM_DETECTOR;
        for (let call = 0; call < CALLS; call++) {
          const input = draw();
          if (isCountedOnce && !once.counts(String(input))) continue;
          state = afterComparison(state, disagrees[input] === 1, settings);
          if (isAlarm(state, settings)) return true;
        }
        return false;
      });
    }

    test("is raised for at most 1 % of tools, since an input counts once in 1,000", () => {
      expect(alarms(true)).toBeLessThanOrEqual(0.01);
    });

    test("would be raised for 4 to 8 %, if each call counted", () => {
      const found = alarms(false);
      expect(found).toBeGreaterThan(0.035);
      expect(found).toBeLessThan(0.085);
    });
  });
});

/** Draws numbers from 0 with chances of 1/1, 1/2, 1/3 and so on. */
function zipf(count: number, random: () => number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    sum += 1 / (index + 1);
    sums[index] = sum;
  }
  return () => {
    const drawn = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
