import type { ApprovalRequest } from "../approval/approval-request.ts";
import { type ApprovalPolicy, askerOf } from "../approval/askers.ts";
import { type Asker, askSafely } from "../approval/decide.ts";
import type { Decision } from "../approval/decision.ts";
import type { DecisionGate, RecordedDecision } from "../cassette/decision-gate.ts";
import type { Clock } from "../host/host.ts";

/**
 * An asker that answers from the cassette what is on record there, and writes down what is decided
 * anew. A policy that decides all calls of the run goes before the record.
 */
export function recordedApprovals(
  approvals: ApprovalPolicy | Asker,
  decisions: DecisionGate,
  clock: Clock,
): Asker {
  const ask = typeof approvals === "string" ? askerOf(approvals) : approvals;
  const decidesAll = approvals === "approve-all" || approvals === "reject-all";
  return async (request) => {
    const recorded = decidesAll ? undefined : decisions.find(request);
    if (recorded) return decisionOf(recorded);
    const startMs = clock.monotonicMs();
    const decision = await askSafely(request, ask);
    const totalMs = clock.monotonicMs() - startMs;
    keep(decisions, request, { decision, totalMs });
    return decision;
  };
}

function decisionOf({ allowed, reason, forSession = false }: RecordedDecision): Decision {
  if (allowed) return { kind: "allow", by: "recording", forSession };
  return { kind: "deny", by: "recording", reason: reason ?? "it was denied when it was recorded" };
}

function keep(
  decisions: DecisionGate,
  request: ApprovalRequest,
  { decision, totalMs }: { readonly decision: Decision; readonly totalMs: number },
): void {
  // Nobody decided that.
  if (decision.kind === "deny" && decision.by === "failure") return;
  switch (decision.kind) {
    case "allow": {
      const { by, forSession = false } = decision;
      decisions.record(request, { allowed: true, forSession, by }, totalMs);
      return;
    }
    case "deny": {
      const { by, reason } = decision;
      decisions.record(request, { allowed: false, reason, by }, totalMs);
      return;
    }
    case "unanswered":
      decisions.miss();
  }
}
