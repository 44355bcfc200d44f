import type { Asker } from "./decide.ts";

/** How a run answers what no rule answers. */
export type ApprovalPolicy = "approve-all" | "reject-all" | "headless";

/** The asker of a policy that needs no person. */
export function askerOf(policy: ApprovalPolicy): Asker {
  switch (policy) {
    case "approve-all":
      return async () => ({ kind: "allow", by: "policy" });
    case "reject-all":
      return async () => ({
        kind: "deny",
        by: "policy",
        reason: "this run rejects every call that needs approval",
      });
    case "headless":
      return async () => ({ kind: "unanswered" });
  }
}
