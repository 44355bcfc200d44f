import { expect, test } from "vitest";
import { testHost } from "../../tests/support/host.ts";
import { onAnotherDay } from "./another-day.ts";
import { nodeHost } from "./node-host.ts";

const DAY_MS = 86_400_000;

test("Date and the host's clock show another day in the action, and nowhere else", async () => {
  const real = globalThis.Date;
  const before = Date.now();
  let outside: number | undefined;
  const beside = new Promise<void>((done) =>
    setTimeout(() => {
      outside = Date.now();
      done();
    }, 5),
  );
  await onAnotherDay(nodeHost(), async ({ clock }) => {
    await new Promise((done) => setTimeout(done, 20));
    const shown = [
      Date.now(),
      Date.parse(new Date().toISOString()),
      real.parse(Date()),
      clock.nowMs(),
    ];
    for (const ms of shown) expect((ms - before) / DAY_MS).toBeCloseTo(403.3, 1);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new Date(0).toISOString()).toBe("1970-01-01T00:00:00.000Z");
    expect(Date.UTC(2026, 0)).toBe(real.UTC(2026, 0));
  });
  await beside;
  expect((outside ?? 0) - before).toBeLessThan(DAY_MS);
  expect(globalThis.Date).toBe(real);
});

test("a still clock is another one as well, and an error leaves the clocks as they were", async () => {
  const real = globalThis.Date;
  const host = testHost();
  const failing = onAnotherDay(host, async ({ clock }) => {
    expect(clock.nowMs() - host.clock.nowMs()).toBeGreaterThan(403 * DAY_MS);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(globalThis.Date).toBe(real);
});
