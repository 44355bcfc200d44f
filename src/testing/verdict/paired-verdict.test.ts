import fc from "fast-check";
import { expect, test } from "vitest";
import { atLeastOf, exactShare } from "../../../tests/support/exact-binomial.ts";
import { type PairedCase, pairedVerdict, verdictLine } from "./paired-verdict.ts";
import { passedBefore } from "./stratified.ts";

const NAMES = { before: "main", after: "work tree" };

function pair(
  passedBefore: number,
  before: number,
  passedAfter: number,
  after: number,
): PairedCase {
  return {
    name: "case",
    before: { passed: passedBefore, runs: before },
    after: { passed: passedAfter, runs: after },
  };
}

function many(count: number, one: PairedCase): readonly PairedCase[] {
  return Array.from({ length: count }, () => one);
}

/** Cases with one run a side, of which so many got better, worse, and stayed. */
function single(better: number, worse: number, same = 0): readonly PairedCase[] {
  return [
    ...many(better, pair(0, 1, 1, 1)),
    ...many(worse, pair(1, 1, 0, 1)),
    ...many(same, pair(1, 1, 1, 1)),
  ];
}

/**
 * The chances of each sum by going through every way to choose the runs that passed among all runs
 * of a case, as bits: what "no difference" means, without any formula.
 */
function enumerated(cases: readonly PairedCase[]): ReadonlyMap<number, number> {
  let sums = new Map([[0, 1]]);
  for (const { before, after } of cases) {
    const runs = before.runs + after.runs;
    const own = new Map<number, number>();
    for (let bits = 0; bits < 2 ** runs; bits++) {
      if (ones(bits) !== before.passed + after.passed) continue;
      const passed = ones(bits % 2 ** before.runs);
      own.set(passed, (own.get(passed) ?? 0) + 1);
    }
    const next = new Map<number, number>();
    for (const [sum, ways] of sums) {
      for (const [more, factor] of own) {
        next.set(sum + more, (next.get(sum + more) ?? 0) + ways * factor);
      }
    }
    sums = next;
  }
  return sums;
}

function ones(bits: number): number {
  return bits.toString(2).replaceAll("0", "").length;
}

function enumeratedP(cases: readonly PairedCase[], seen: number): number {
  const sums = enumerated(cases);
  const all = [...sums.values()].reduce((sum, ways) => sum + ways, 0);
  const bound = sums.get(seen) ?? 0;
  return (
    [...sums.values()].filter((ways) => ways <= bound).reduce((sum, ways) => sum + ways, 0) / all
  );
}

const side = fc
  .integer({ min: 0, max: 4 })
  .chain((runs) =>
    fc.record({ passed: fc.integer({ min: 0, max: runs }), runs: fc.constant(runs) }),
  );

const cases = fc.array(fc.record({ name: fc.constant("case"), before: side, after: side }), {
  maxLength: 7,
});

test("p is what going through every outcome gives", () => {
  fc.assert(
    fc.property(cases, (all) => {
      const paired = all.filter(({ before, after }) => before.runs > 0 && after.runs > 0);
      const seen = paired.reduce((sum, { before }) => sum + before.passed, 0);
      expect(pairedVerdict(all).pValue).toBeCloseTo(enumeratedP(paired, seen), 10);
    }),
  );
});

test("swapped sides swap better and worse, with the same p", () => {
  const swapped = { better: "worse", worse: "better", "no-difference": "no-difference" } as const;
  fc.assert(
    fc.property(cases, fc.double({ min: 0.01, max: 0.6, noNaN: true }), (all, alpha) => {
      const there = pairedVerdict(all, alpha);
      const back = pairedVerdict(
        all.map(({ name, before, after }) => ({ name, before: after, after: before })),
        alpha,
      );
      expect(back.kind).toBe(swapped[there.kind]);
      expect(back.pValue).toBeCloseTo(there.pValue, 12);
      expect([back.before, back.after]).toEqual([there.after, there.before]);
    }),
  );
});

test("where nothing differs, better and worse come up no more often than alpha", () => {
  const alphas = fc.constantFrom(0.01, 0.05, 0.1, 0.3);
  fc.assert(
    fc.property(cases, alphas, (all, alpha) => {
      const ways = enumerated(all.filter(({ before, after }) => before.runs > 0 && after.runs > 0));
      let [wrong, total] = [0, 0];
      for (const [sum, count] of ways) {
        total += count;
        const moved = withSum(all, sum);
        if (!moved) throw new Error(`${sum} cannot be`);
        if (pairedVerdict(moved, alpha).kind !== "no-difference") wrong += count;
      }
      expect(wrong / total).toBeLessThanOrEqual(alpha + 1e-12);
    }),
  );
});

/**
 * The same cases, with the runs that passed moved between the sides until so many did before;
 * undefined where that cannot be.
 */
function withSum(all: readonly PairedCase[], sum: number): readonly PairedCase[] | undefined {
  const paired = all.filter(({ before, after }) => before.runs > 0 && after.runs > 0);
  const ranges = paired.map(({ before, after }) => {
    const passed = before.passed + after.passed;
    return { low: Math.max(0, passed - after.runs), high: Math.min(before.runs, passed) };
  });
  let rest = sum - ranges.reduce((total, { low }) => total + low, 0);
  const most = ranges.reduce((total, { low, high }) => total + high - low, 0);
  if (rest < 0 || rest > most) return undefined;
  return paired.map(({ before, after }, index) => {
    const { low, high } = ranges[index] ?? { low: 0, high: 0 };
    const moved = low + Math.min(rest, high - low);
    rest -= moved - low;
    return pair(moved, before.runs, before.passed + after.passed - moved, after.runs);
  });
}

test.each([
  [10, 2, 0.03857421875],
  [6, 0, 0.03125],
  [5, 0, 0.0625],
  [8, 1, 0.0390625],
  [3, 3, 1],
])("one run a side, %d better and %d worse: McNemar's exact p is %f", (better, worse, p) => {
  expect(pairedVerdict(single(better, worse, 50)).pValue).toBeCloseTo(p, 12);
});

test("one run a side is twice the sign test", () => {
  const count = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(count, count, (wins, losses) => {
      const [more, fewer] = [Math.max(wins, losses), Math.min(wins, losses)];
      const p = Math.min(1, 2 * atLeastOf(more, more + fewer, exactShare(0.5, "down")));
      expect(pairedVerdict(single(wins, losses)).pValue / p).toBeCloseTo(1, 8);
    }),
  );
});

test.each([
  // Fisher's tea: 3 of 4 against 1 of 4.
  [pair(3, 4, 1, 4), 0.4857142857],
  [pair(1, 20, 8, 20), 0.019656019656],
  // Convictions of twins, as in R's documentation of fisher.test.
  [pair(2, 12, 15, 18), 0.0005367241191],
])("one case is Fisher's exact test: %j", (one, p) => {
  expect(pairedVerdict([one]).pValue).toBeCloseTo(p, 10);
});

test("cases without runs on one side do not count", () => {
  const verdict = pairedVerdict([...single(6, 0), pair(0, 0, 1, 1), pair(3, 3, 0, 0)]);
  expect(verdict).toMatchObject({ kind: "better", cases: 6, after: { passed: 6, runs: 6 } });
});

test.each([
  [[pair(-1, 1, 0, 1)], 0.05],
  [[pair(2, 1, 0, 1)], 0.05],
  [[pair(0.5, 1, 0, 1)], 0.05],
  [[pair(0, Number.NaN, 0, 1)], 0.05],
  [[], 0],
  [[], 1],
  [[], Number.NaN],
])("%j with alpha %d is refused", (all, alpha) => {
  expect(() => pairedVerdict(all, alpha)).toThrow(RangeError);
});

test("of ten thousand cases of twenty runs only the likely sums are kept, and p stays above 0", () => {
  const all = many(10_000, pair(6, 20, 14, 20));
  const sums = 200_001; // each case passes from 0 to 20 runs before
  expect(passedBefore(all).chances.length).toBeLessThan(sums / 10);
  const verdict = pairedVerdict(all);
  expect(verdict.kind).toBe("better");
  expect(verdict.pValue).toBeGreaterThan(0);
});

test("what would be needed is where the verdict changes", () => {
  fc.assert(
    fc.property(cases, (all) => {
      const { reach, before, after, cases: count } = pairedVerdict(all);
      if (!reach || count === 0) return;
      const total = before.passed + after.passed;
      for (let passed = 0; passed <= after.runs; passed++) {
        const moved = withSum(all, total - passed);
        if (!moved) continue;
        const { kind } = pairedVerdict(moved);
        expect(kind === "better").toBe(
          reach.betterFrom !== undefined && passed >= reach.betterFrom,
        );
        expect(kind === "worse").toBe(reach.worseTo !== undefined && passed <= reach.worseTo);
      }
    }),
  );
});

test.each([
  [
    single(6, 0),
    "better: work tree passes 6 of 6 runs, main 0 of 6 (6 cases, exact test: p = 0.031)",
  ],
  [
    single(0, 20, 5),
    "worse: work tree passes 5 of 25 runs, main 25 of 25 (25 cases, exact test: p < 0.0001)",
  ],
  [
    single(2, 0, 1),
    "no difference shown: work tree passes 3 of 3 runs, main 1 of 3 (3 cases, exact test: p = 0.5). Only 2 cases came out differently: p = 0.5 at best. It takes 6, all the same way",
  ],
  [
    single(0, 0, 1),
    "no difference shown: work tree passes 1 of 1 runs, main 1 of 1 (1 case, exact test: p = 1). Each case passes or fails alike on both sides",
  ],
  [
    single(6, 4),
    "no difference shown: work tree passes 6 of 10 runs, main 4 of 10 (10 cases, exact test: p = 0.754). It takes 9 or more, or 1 or fewer, of 10 to show one",
  ],
  [
    [pair(1, 2, 2, 2)],
    "no difference shown: work tree passes 2 of 2 runs, main 1 of 2 (1 case, exact test: p = 1). Only 1 case had runs that passed and runs that failed: p = 1 at best",
  ],
  [[], "no difference shown: there is no case to compare"],
])("%j is said in a line", (all, line) => {
  expect(verdictLine(pairedVerdict(all), NAMES)).toBe(line);
});
