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
