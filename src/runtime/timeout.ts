import type { Call } from "./call.ts";
import type { RunState } from "./run-state.ts";

/** A timer cannot be set for longer: Node 24 warns of 2^31 ms and takes 1 ms instead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Ends the run when a call takes longer than its own limits allow.
 *
 * @returns what stops the clock
 */
export function startTimeout(run: RunState, call: Call): () => void {
  const { timeoutMs } = call.budget;
  if (timeoutMs === undefined || timeoutMs > LONGEST_TIMER_MS) return () => undefined;
  const timer = new AbortController();
  const expire = () => run.stop(call.budget.timeIsOver(call.id, timeoutMs));
  run.options.host.clock.sleep(timeoutMs, timer.signal).then(expire, () => undefined);
  return () => timer.abort();
}
