import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { RequestAbort } from "./abort.ts";

const reason = new Error("the person went home");
const never = new Promise<never>(() => undefined);

test("an abort rejects what is being waited for with the run's reason", async () => {
  const run = new AbortController();
  const abort = new RequestAbort(run.signal);
  const waiting = abort.race(never);
  run.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(abort.signal.reason).toBe(reason);
});

test("what begins after the abort rejects as well, though it hangs", async () => {
  const run = new AbortController();
  const abort = new RequestAbort(run.signal);
  run.abort(reason);
  await expect(abort.race(never)).rejects.toBe(reason);
});

test("without an abort a promise keeps its outcome", async () => {
  const abort = new RequestAbort(new AbortController().signal);
  expect(await abort.race(Promise.resolve("said"))).toBe("said");
  await expect(abort.race(Promise.reject(reason))).rejects.toBe(reason);
});

test("a request that is over leaves no listener on the run's signal", () => {
  const { signal } = new AbortController();
  const abort = new RequestAbort(signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  abort.release();
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
