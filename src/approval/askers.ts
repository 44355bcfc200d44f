import type { Asker } from "./decide.ts";

/**
 * Decides calls that no rule decides: `approve-all` and `reject-all` decide them all, `headless` ends
 * the run with `approval-needed`.
 */
export type ApprovalPolicy = "approve-all" | "reject-all" | "headless";

/** The asker of a policy that needs no person. */
export function askerOf(policy: ApprovalPolicy): Asker {
  return unseeing(async () => {
    switch (policy) {
      case "approve-all":
        return { kind: "allow", by: "policy" };
      case "reject-all":
        return {
          kind: "deny",
          by: "policy",
          reason: "this run rejects every call that needs approval",
        };
      case "headless":
        return { kind: "unanswered" };
    }
  });
}

/** Askers that do not look at a request's preview themselves. */
const UNSEEING = new WeakSet<Asker>();

/**
 * Says that an asker decides without looking at previews: none is made for it, and no change of one
 * makes it decide again.
 */
export function unseeing(ask: Asker): Asker {
  UNSEEING.add(ask);
  return ask;
}

/** The asker of a policy, or a given one, which gets a preview that is made when it is asked. */
export function askerFrom(approvals: ApprovalPolicy | Asker): Asker {
  if (typeof approvals === "string") return askerOf(approvals);
  if (UNSEEING.has(approvals)) return approvals;
  // A copy holds the preview as a value, as it is now; what is done to it changes nothing here.
  return async (request, options) => await approvals(structuredClone({ ...request }), options);
}
