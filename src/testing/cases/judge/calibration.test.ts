import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowerBound } from "../../../statistics/clopper-pearson.ts";
import { type Confusion, calibrationOf, kappaOf, NO_LABELS, withLabel } from "./calibration.ts";

const count = fc.nat(60);
const confusion: fc.Arbitrary<Confusion> = fc.record({
  bothPass: count,
  bothFail: count,
  falsePass: count,
  falseFail: count,
});

describe("kappa", () => {
  test("is that of the textbook's example", () => {
    // Cohen's kappa for 20, 15, 5, 10 of 50 is 0.4.
    const counts = { bothPass: 20, bothFail: 15, falsePass: 5, falseFail: 10 };
    expect(kappaOf(counts)).toBeCloseTo(0.4, 10);
  });

  test("is 0 for a judge that always passes, however often it agrees", () => {
    expect(kappaOf({ ...NO_LABELS, bothPass: 95, falsePass: 5 })).toBeCloseTo(0, 10);
  });

  test("is at most 1, and 1 only where all agree", () => {
    fc.assert(
      fc.property(confusion, (counts) => {
        const kappa = kappaOf(counts);
        if (kappa === undefined) return;
        expect(kappa).toBeLessThanOrEqual(1 + 1e-12);
        expect(Math.abs(kappa - 1) < 1e-12).toBe(counts.falsePass + counts.falseFail === 0);
      }),
    );
  });
});

describe("a judge counts", () => {
  test("from 14 labels on that all agree, of each kind enough", () => {
    expect(calibrationOf({ ...NO_LABELS, bothPass: 8, bothFail: 6 })).toMatchObject({
      kind: "calibrated",
      lacks: [],
    });
    expect(calibrationOf({ ...NO_LABELS, bothPass: 8, bothFail: 5 })).toMatchObject({
      kind: "open",
      lacks: ["1 more label at least, all agreeing"],
    });
  });

  test("never where it always passes", () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(500), (bothPass, falsePass) => {
        const { kind } = calibrationOf({ ...NO_LABELS, bothPass, falsePass });
        expect(kind).not.toBe("calibrated");
      }),
    );
  });

  test("only with a lower bound that reaches the claim", () => {
    fc.assert(
      fc.property(confusion, fc.constantFrom(0.5, 0.8, 0.9), (counts, claim) => {
        const { kind, n, agreed, lower } = calibrationOf(counts, claim);
        if (n > 0) expect(lower).toBeCloseTo(lowerBound({ agreed, n }, 0.05), 10);
        if (kind === "calibrated") expect(lower).toBeGreaterThanOrEqual(claim - 1e-9);
      }),
    );
  });

  test("not at all where too many verdicts are wrong", () => {
    const { kind, lacks } = calibrationOf({
      bothPass: 10,
      bothFail: 10,
      falsePass: 9,
      falseFail: 9,
    });
    expect(kind).toBe("refuted");
    expect(lacks).toEqual(["with 95 % confidence less than 80 % of its verdicts agree"]);
  });

  test("with no labels it lacks them", () => {
    const { kind, lacks } = calibrationOf(NO_LABELS);
    expect(kind).toBe("open");
    expect(lacks).toEqual([
      "14 more labels at least, all agreeing",
      "5 more labelled pass",
      "5 more labelled fail",
    ]);
  });
});

test("each label is counted in one place", () => {
  const all = (["pass", "fail"] as const).flatMap((verdict) =>
    (["pass", "fail"] as const).map((label) => [verdict, label] as const),
  );
  const counts = all.reduce((sum, [verdict, label]) => withLabel(sum, verdict, label), NO_LABELS);
  expect(counts).toEqual({ bothPass: 1, bothFail: 1, falsePass: 1, falseFail: 1 });
  expect(withLabel(NO_LABELS, "pass", "fail")).toMatchObject({ falsePass: 1 });
});
