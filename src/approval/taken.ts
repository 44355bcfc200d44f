import type { Decision } from "./decision.ts";

const LISTENERS = new WeakMap<Decision, () => void>();

/**
 * A decision whose taker is told when its call goes on, or ends without having gone on. Until then it
 * may turn out that another decision takes its place.
 *
 * @returns a copy, since one answer may serve several calls
 */
export function whenTaken(decision: Decision, listener: () => void): Decision {
  const copy = { ...decision };
  LISTENERS.set(copy, listener);
  return copy;
}

/** Says that a decision holds for its call. Does nothing the second time. */
export function taken(decision: Decision): void {
  const listener = LISTENERS.get(decision);
  LISTENERS.delete(decision);
  listener?.();
}
