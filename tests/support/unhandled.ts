import { afterEach, beforeEach, expect } from "vitest";

/** Fails a test of the file that leaves a rejected promise behind. */
export function expectNoUnhandledRejections(): void {
  let unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeEach(() => {
    unhandled = [];
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    // Node tells of them after the microtasks of a turn.
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
}
