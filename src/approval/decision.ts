/** What the gate said of one call. Denied approvals are values, not errors. */
export type Decision =
  | {
      readonly kind: "allow";
      readonly by: DecidedBy;
      /** Whether the same call may go on without asking for the rest of the run. */
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
