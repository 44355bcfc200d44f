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

/** Those who may allow or deny: what an asker says of anybody else is no decision. */
const DECIDERS: ReadonlySet<unknown> = new Set<DecidedBy>([
  "configuration",
  "rule",
  "policy",
  "person",
  "recording",
]);

/** What an asker gives: `true` and `false` are a person's yes and no to this one call. */
export type Answer = Decision | boolean;

/** An asker may be a user's own function, so anything that is not a decision denies. */
export function decisionFrom(answer: unknown): Decision {
  if (answer === true) return { kind: "allow", by: "person" };
  if (answer === false) return { kind: "deny", by: "person", reason: SAID_NO };
  if (typeof answer !== "object" || answer === null) return undecided(NO_DECISION);
  // As it is now: what its giver does to it later changes nothing.
  const { kind, by, reason, forSession } = answer as Readonly<Record<string, unknown>>;
  if (kind === "unanswered") return { kind };
  const isBy = (one: unknown): one is DecidedBy => DECIDERS.has(one);
  if (kind === "allow") {
    if (!isBy(by)) return undecided("the approval does not say who allowed it");
    return { kind, by, ...(forSession === true ? { forSession } : {}) };
  }
  if (kind !== "deny") return undecided(NO_DECISION);
  const why = typeof reason === "string" && reason !== "" ? reason : SAID_NO;
  return { kind, by: isBy(by) ? by : "failure", reason: why };
}

const SAID_NO = "the person said no";
const NO_DECISION = "the approval gave no decision";

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

/** Whether a decision was made by {@link whenTaken}, and is not taken yet. */
export function isAwaited(answer: Answer): answer is Decision {
  return typeof answer === "object" && answer !== null && LISTENERS.has(answer);
}

/** Says that a decision holds for its call. Does nothing the second time. */
export function taken(decision: Decision): void {
  const listener = LISTENERS.get(decision);
  LISTENERS.delete(decision);
  listener?.();
}
