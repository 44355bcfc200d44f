import type { ApprovalRequest } from "../../approval/approval-request.ts";
import { type ApprovalPolicy, askerFrom, unseeing } from "../../approval/askers.ts";
import { type Asker, askSafely } from "../../approval/decide.ts";
import { type Decision, undecided, whenTaken } from "../../approval/decision.ts";
import type { AllowedForRun, DecisionGate, RecordedDecision } from "../../cassette/gates.ts";
import type { Clock } from "../../host/host.ts";

/**
 * An asker that answers from the cassette what is on record there, and writes down what is decided
 * anew. A policy that decides all calls of the run goes before the record. One asker serves one run.
 */
export function recordedApprovals(
  approvals: ApprovalPolicy | Asker,
  decisions: DecisionGate,
  clock: Clock,
): Asker {
  const ask = askerFrom(approvals);
  const decidesAll = approvals === "approve-all" || approvals === "reject-all";
  const allowed: AllowedForRun = new Map();
  return unseeing(async (request, options) => {
    const recorded = decidesAll ? undefined : decisions.find(request, allowed);
    if (recorded) return decisionOf(recorded);
    const startMs = clock.monotonicMs();
    const decision = await askSafely(request, ask, options);
    if (options.signal.aborted) return undecided("it was withdrawn before it was decided");
    const totalMs = clock.monotonicMs() - startMs;
    return kept(decisions, request, { decision, totalMs });
  });
}

function decisionOf({ allowed, reason, forSession = false }: RecordedDecision): Decision {
  if (allowed) return { kind: "allow", by: "recording", forSession };
  return { kind: "deny", by: "recording", reason: reason ?? "it was denied when it was recorded" };
}

/**
 * Writes down a decision. One that allows is written when its call goes on: until then the call may
 * be asked about again, and the last decision is the one that a replay needs.
 */
function kept(
  decisions: DecisionGate,
  request: ApprovalRequest,
  { decision, totalMs }: { readonly decision: Decision; readonly totalMs: number },
): Decision {
  switch (decision.kind) {
    case "allow": {
      const { by, forSession = false } = decision;
      const said = { allowed: true, forSession, by };
      return whenTaken(decision, () => decisions.record(request, said, totalMs));
    }
    case "deny": {
      const { by, reason } = decision;
      // A failure is nobody's decision.
      if (by !== "failure") decisions.record(request, { allowed: false, reason, by }, totalMs);
      return decision;
    }
    case "unanswered":
      decisions.miss();
      return decision;
  }
}
