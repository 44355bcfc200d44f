import type { TestContext } from "vitest";
import type { Host } from "../../../host/host.ts";
import { LAST_WAIT_MS } from "../../../runtime/state/under-way.ts";

/** What a run may take to end beyond its own wait, and to write down what came of it. */
const GRACE_MS = 5000;
/** A wait that is shorter is not worth a remark. */
const TELL_AFTER_MS = 300;

/**
 * Keeps a test from being over before what it runs has ended. A test that is interrupted, or takes too
 * long, is given up at once, and its process ends soon after: an effect that was under way would
 * happen and be on no record.
 *
 * @param running told through the test's signal that it is to end
 */
export function endAfter(
  running: Promise<unknown>,
  onTestFinished: TestContext["onTestFinished"],
  host: Host,
): void {
  onTestFinished(() => untilEnded(running, host), LAST_WAIT_MS + GRACE_MS);
}

/** Waits for the end, whatever it is, and says so where it takes a moment. */
export async function untilEnded(running: Promise<unknown>, { stderr }: Host): Promise<void> {
  const told = `waiting for effects that are under way (up to ${LAST_WAIT_MS / 1000} s)\n`;
  const timer = setTimeout(() => stderr.write(told), TELL_AFTER_MS);
  try {
    await running;
  } catch {
    // It is the test that fails by it, where nobody has given it up.
  } finally {
    clearTimeout(timer);
  }
}
