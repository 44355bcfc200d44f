import { describe, expect, test } from "vitest";
import type { Clock } from "../../host/host.ts";
import { OutOfTime, withinLimit } from "./request-limit.ts";

/** A clock that a test moves by hand. */
class HandClock implements Clock {
  #nowMs = 0;
  readonly #sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { atMs: this.#nowMs + durationMs, wake: resolve };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      });
    });
  }

  get sleepers(): number {
    return this.#sleepers.size;
  }

  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (const sleeper of [...this.#sleepers]) if (sleeper.atMs <= this.#nowMs) sleeper.wake();
    await new Promise((settled) => setImmediate(settled));
  }
}

function begin() {
  const clock = new HandClock();
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
    await clock.pass(999);
    answer.resolve("here");
    expect(await outcome).toBe("here");
    progress();
    run.abort();
    await clock.pass(100_000);
    expect([signal()?.aborted, clock.sleepers]).toEqual([false, 0]);
  });

  test("that is not is aborted, and told as late", async () => {
    const { clock, outcome, signal } = begin();
    await clock.pass(1000);
    expect(await outcome).toEqual(new OutOfTime("it did not answer in 1 s"));
    expect(signal()?.aborted).toBe(true);
  });

  test("gets its time anew with each progress, ten times in all", async () => {
    const { clock, outcome, progress } = begin();
    for (let time = 0; time < 11; time++) {
      await clock.pass(900);
      progress();
    }
    await clock.pass(99);
    expect(clock.sleepers).toBe(1);
    await clock.pass(1);
    expect(await outcome).toEqual(
      new OutOfTime("it did not answer in 10 s, the longest that progress extends 1 s to"),
    );
  });

  test("that tells of progress and then of nothing more is late", async () => {
    const { clock, outcome, progress } = begin();
    progress();
    await clock.pass(1000);
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
    expect(clock.sleepers).toBe(0);
  });
});
