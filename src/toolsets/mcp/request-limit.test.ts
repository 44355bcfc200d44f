import { describe, expect, test } from "vitest";
import { ManualClock } from "../../../tests/support/clock.ts";
import { OutOfTime, withinLimit } from "./request-limit.ts";

/** Lets time go by, and what waits for it come to rest. */
async function pass(clock: ManualClock, durationMs: number): Promise<void> {
  clock.pass(durationMs);
  await new Promise((settled) => setImmediate(settled));
}

function begin() {
  const clock = new ManualClock();
  const run = new AbortController();
  const answer = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  let progress = () => {};
  const limit = { clock, timeoutMs: 1000, signal: run.signal };
  const outcome = withinLimit(limit, (given, onProgress) => {
    signal = given;
    progress = onProgress;
    return answer.promise;
  }).catch((error: unknown) => error);
  return { clock, run, answer, outcome, progress: () => progress(), signal: () => signal };
}

describe("a request", () => {
  test("that is answered in time is not aborted, whatever happens later", async () => {
    const { clock, run, answer, outcome, signal, progress } = begin();
    await pass(clock, 999);
    answer.resolve("here");
    expect(await outcome).toBe("here");
    progress();
    run.abort();
    await pass(clock, 100_000);
    expect([signal()?.aborted, clock.pending]).toEqual([false, 0]);
  });

  test("that is not is aborted, and told as late", async () => {
    const { clock, outcome, signal } = begin();
    await pass(clock, 1000);
    expect(await outcome).toEqual(new OutOfTime("it did not answer in 1 s"));
    expect(signal()?.aborted).toBe(true);
  });

  test("gets its time anew with each progress, ten times in all", async () => {
    const { clock, outcome, progress } = begin();
    for (let time = 0; time < 11; time++) {
      await pass(clock, 900);
      progress();
    }
    await pass(clock, 99);
    expect(clock.pending).toBe(1);
    await pass(clock, 1);
    expect(await outcome).toEqual(
      new OutOfTime("it did not answer in 10 s, the longest that progress extends 1 s to"),
    );
  });

  test("that tells of progress and then of nothing more is late", async () => {
    const { clock, outcome, progress } = begin();
    progress();
    await pass(clock, 1000);
    expect(await outcome).toEqual(
      new OutOfTime("it did not answer in 1 s after it told of progress"),
    );
  });

  test("ends with the run, for the run's reason", async () => {
    const { run, outcome, signal } = begin();
    run.abort(new Error("the run is over"));
    expect(await outcome).toEqual(new Error("the run is over"));
    expect(signal()?.aborted).toBe(true);
  });

  test("that fails by itself fails with its own error", async () => {
    const { answer, outcome, clock } = begin();
    answer.reject(new Error("refused"));
    expect(await outcome).toEqual(new Error("refused"));
    expect(clock.pending).toBe(0);
  });
});
