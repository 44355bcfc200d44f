import { describe, expect, test } from "vitest";
import { alarmMeaning, meanDelay } from "./alarm-meaning.ts";

describe("the mean number of comparisons until a rise is noticed", () => {
  // From 20,000 simulated runs each, of another program.
  test.each([
    [1000, 0.04, 245],
    [1000, 0.2, 27],
    [10_000, 0.04, 512],
    [10_000, 0.08, 125],
    [10_000, 0.2, 37],
    [100_000, 0.08, 171],
  ])("with C = %d and a rise from 2 %% to %d is about %d", (falseAlarmEvery, share, mean) => {
    const delay = meanDelay(share, { tolerated: 0.02, falseAlarmEvery });
    expect(Math.abs((delay ?? 0) / mean - 1)).toBeLessThan(0.1);
  });

  test("is not known where it takes too long to tell", () => {
    expect(meanDelay(0.01, { tolerated: 0.02, falseAlarmEvery: 1e6 })).toBeUndefined();
  });
});

describe("what an alarm means", () => {
  const settings = { tolerated: 1 - 0.98, falseAlarmEvery: 10_000 };

  test("is said in comparisons, calls and days", () => {
    const lines = alarmMeaning(settings, { callsEach: 50, aDay: 200 });
    expect(lines[0]).toBe(
      "the alarm tolerates 2 % of disagreements; a false one comes at most every 10,000 comparisons, 500,000 calls, 50 days at 200 checks a day on average",
    );
    expect(lines[1]).toMatch(
      /^ {2}a rise to 4 % is noticed after about 5\d0 comparisons, 2[5-7],\d00 calls, 2\.\d days at 200 checks a day$/,
    );
    expect(lines).toHaveLength(4);
  });

  test("leaves out what is not known, and what is no rise", () => {
    const lines = alarmMeaning(
      { tolerated: 0.07, falseAlarmEvery: 1000 },
      { callsEach: 1, aDay: undefined },
    );
    expect(lines.join("\n")).not.toMatch(/calls|days| 4 %| 8 %/);
    expect(lines[1]).toContain("a rise to 20 %");
  });

  test("is nothing where no answer is checked", () => {
    const lines = alarmMeaning(settings, { callsEach: Number.POSITIVE_INFINITY, aDay: undefined });
    expect(lines).toEqual([
      "no answer of code is checked, so that nobody will see it get worse: the alarm is never raised",
    ]);
  });
});
