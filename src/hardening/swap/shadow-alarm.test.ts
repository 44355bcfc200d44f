import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alarmChances } from "../../../tests/support/alarm-chances.ts";
import { seededRandom } from "../../../tests/support/seeded-random.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { treeFromJson } from "../../yaml/tree.ts";
import {
  ALARM_DEFAULTS,
  type AlarmState,
  afterComparison,
  alarmState,
  CALM,
  evidence,
} from "./shadow-alarm.ts";

function stateAfter(answers: Iterable<boolean>, settings = ALARM_DEFAULTS): AlarmState {
  let state = CALM;
  for (const agrees of answers) state = afterComparison(state, agrees, settings);
  return state;
}

describe("the e-process", () => {
  test("multiplies what each comparison says", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: ALARM_DEFAULTS.windowSize }), (answers) => {
        const product = answers.reduce((e, agrees) => e * (agrees ? 0.95 / 0.99 : 0.05 / 0.01), 1);
        expect(evidence(stateAfter(answers)) / product).toBeCloseTo(1, 9);
      }),
    );
  });

  test("begins again at 1 with each window", () => {
    const settings = { ...ALARM_DEFAULTS, windowSize: 10 };
    const full = stateAfter(Array(10).fill(true), settings);
    expect(full).toEqual({ compared: 10, disagreed: 0, alarmed: false });
    const next = afterComparison(full, false, settings);
    expect(next).toEqual({ compared: 1, disagreed: 1, alarmed: false });
    expect(evidence(next, settings)).toBeCloseTo(5, 12);
  });

  test("raises the alarm at 20, which stays", () => {
    const two = stateAfter([false, false]);
    expect(evidence(stateAfter([false]))).toBeLessThan(20);
    expect(evidence(two)).toBeCloseTo(25, 12);
    expect(two.alarmed).toBe(true);
    const later = stateAfter([false, false, ...Array(500).fill(true)]);
    expect(evidence(later)).toBeLessThan(20);
    expect(later.alarmed).toBe(true);
  });

  test("bears windows without end", () => {
    const settings = { ...ALARM_DEFAULTS, windowSize: 1e9 };
    const state = { compared: 1e6, disagreed: 1e6, alarmed: false };
    expect(afterComparison(state, false, settings).alarmed).toBe(true);
  });
});

describe("the false alarms of one window", () => {
  test("are at most 5 %, counted exactly over all courses", () => {
    const tolerated = chanceOfAlarm(ALARM_DEFAULTS.tolerated);
    expect(tolerated).toBeGreaterThan(0.01);
    expect(tolerated).toBeLessThanOrEqual(0.05);
    expect(chanceOfAlarm(ALARM_DEFAULTS.tolerated / 2)).toBeLessThan(tolerated);
  });

  test("are at most 5 % of simulated windows (seeded)", () => {
    expect(simulatedAlarms({ share: ALARM_DEFAULTS.tolerated, windows: 5000 })).toBeLessThan(0.05);
  });

  test("are not bought with silence: at 5 % of disagreements nearly every window alarms", () => {
    expect(chanceOfAlarm(ALARM_DEFAULTS.noticed)).toBeGreaterThan(0.9);
    expect(simulatedAlarms({ share: ALARM_DEFAULTS.noticed, windows: 1000 })).toBeGreaterThan(0.9);
  });
});

describe("a state in a file", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (answers) => {
        const state = stateAfter(answers);
        expect(read(JSON.parse(JSON.stringify(state)))).toEqual(state);
      }),
    );
  });

  test.each([
    [{ compared: 1, disagreed: 2, alarmed: false }, "has more disagreements than comparisons"],
    [{ compared: -1, disagreed: 0, alarmed: false }, "must be a whole number of at least 0"],
    [{ compared: 1, disagreed: 0 }, "has no alarmed"],
    [[], "must be the state of an alarm"],
  ])("that is %j is refused", (json, reason) => {
    try {
      read(json);
      expect.unreachable();
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      expect(error.reason).toContain(reason);
    }
  });
});

function read(json: Parameters<typeof treeFromJson>[0]): AlarmState {
  const source = { file: "f.json", code: "file", verb: "read", noun: "the file" } as const;
  return alarmState.read({ source, path: ["alarm"], tree: treeFromJson(json, { file: "f.json" }) });
}

/** The chance that one window alarms, counted exactly. */
function chanceOfAlarm(share: number): number {
  return alarmChances(share).at(-1) ?? Number.NaN;
}

function simulatedAlarms({ share, windows }: { share: number; windows: number }): number {
  const random = seededRandom(42);
  let alarms = 0;
  for (let window = 0; window < windows; window++) {
    const answers = Array.from({ length: ALARM_DEFAULTS.windowSize }, () => random() >= share);
    if (stateAfter(answers).alarmed) alarms++;
  }
  return alarms / windows;
}
