import { canonicalJson } from "../model/canonical.ts";
import type { ApprovalRequest } from "./approval-request.ts";
import type { Decision } from "./decision.ts";

/**
 * What a person answered for the whole session, by tool name and canonical input. One memory serves
 * all workers of a run.
 */
export class SessionAnswers {
  readonly #answers = new Map<string, Decision>();

  find(request: ApprovalRequest): Decision | undefined {
    return this.#answers.get(questionOf(request));
  }

  keep(request: ApprovalRequest, decision: Decision): void {
    if (decision.kind === "allow" && decision.forSession) {
      this.#answers.set(questionOf(request), decision);
    }
  }
}

function questionOf({ tool, input }: ApprovalRequest): string {
  return canonicalJson([tool, input]);
}
