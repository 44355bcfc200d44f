import { messageOf } from "../errors/llm-do-error.ts";
import type { ApprovalRequest } from "./approval-request.ts";
import type { Decision } from "./decision.ts";

/** What is known of a function before anybody is asked. */
export interface ApprovalRules {
  readonly blocked: boolean;
  readonly preApproved: boolean;
  /** The function's own rule: `allow` needs nobody, `ask` does. */
  readonly own: "allow" | "ask";
}

/** Answers a request that no rule answered. Never called for two requests at once. */
export type Asker = (request: ApprovalRequest) => Promise<Decision>;

/**
 * Decides one call: blocked, pre-approved, the function's own rule, else ask, in this order.
 * Whatever fails on the way denies.
 */
export async function decide(
  request: ApprovalRequest,
  rules: ApprovalRules,
  ask: Asker,
): Promise<Decision> {
  if (rules.blocked) {
    const reason = `"${request.tool}" is blocked by the configuration of ${request.worker}`;
    return { kind: "deny", by: "configuration", reason };
  }
  if (rules.preApproved) return PRE_APPROVED;
  if (rules.own === "allow") return OWN_RULE;
  try {
    return checkDecision(await ask(request));
  } catch (error) {
    return { kind: "deny", by: "failure", reason: `the approval failed: ${messageOf(error)}` };
  }
}

const PRE_APPROVED: Decision = { kind: "allow", by: "configuration" };
const OWN_RULE: Decision = { kind: "allow", by: "rule" };

/** An asker may be a user's own function: anything that is not a decision denies. */
function checkDecision(decision: Decision): Decision {
  switch (decision?.kind) {
    case "allow":
    case "deny":
    case "unanswered":
      return decision;
    default:
      return { kind: "deny", by: "failure", reason: "the approval gave no decision" };
  }
}
