/** Whether a call may run, and who decided. A denial is a value, not an error. */
export type Decision =
  | {
      readonly kind: "allow";
      readonly by: DecidedBy;
      /** True if the same call needs no further approval in this run. */
      readonly forSession?: boolean;
    }
  | { readonly kind: "deny"; readonly by: DecidedBy; readonly reason: string }
  /** Nobody was there to ask: the run ends. */
  | { readonly kind: "unanswered" };

type DecidedBy =
  /** `_approval_config`. */
  | "configuration"
  /** The function's own rule. */
  | "rule"
  /** `--approve-all` or `--reject-all`. */
  | "policy"
  | "person"
  /** The cassette: what was decided when it was recorded. */
  | "recording"
  /** The gate itself failed; it then denies. */
  | "failure";

/** A call that nobody decided is denied, which is neither remembered nor recorded. */
export function undecided(reason: string): Decision {
  return { kind: "deny", by: "failure", reason };
}

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
