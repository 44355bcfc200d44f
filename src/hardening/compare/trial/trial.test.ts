import { expect, test } from "vitest";
import { Deadline } from "./trial.ts";

/** A clock whose time passes when it is told to. */
function handClock() {
  let nowMs = 0;
  const sleepers: { dueMs: number; wake: () => void }[] = [];
  const clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (durationMs: number, signal: AbortSignal) =>
      new Promise<void>((wake, fail) => {
        sleepers.push({ dueMs: nowMs + durationMs, wake });
        signal.addEventListener("abort", () => fail(signal.reason));
      }),
  };
  async function pass(ms: number): Promise<void> {
    for (const endMs = nowMs + ms; nowMs < endMs; ) {
      nowMs++;
      for (const sleeper of sleepers) if (sleeper.dueMs <= nowMs) sleeper.wake();
      for (let turn = 0; turn < 5; turn++) await undefined;
    }
  }
  return { clock, pass };
}

test("tells once that work takes too long, and of nothing that ended in time", async () => {
  const { clock, pass } = handClock();
  const deadline = new Deadline(clock, 100);
  const over: string[] = [];
  deadline.begin(() => over.push("first"));
  await pass(90);
  deadline.end();
  deadline.begin(() => over.push("second"));
  await pass(99);
  expect(over).toEqual([]);
  await pass(12);
  expect(over).toEqual(["second"]);
  await pass(300);
  expect(over).toEqual(["second"]);
  deadline.close();
});
