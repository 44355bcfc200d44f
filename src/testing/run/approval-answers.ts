import type { Asker } from "../../approval/decide.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";

/** What a test or a case answers itself, by the name of the function that is to run. */
export type ApprovalAnswers = ReadonlyMap<string, "allow" | "deny">;

/**
 * An asker that answers by the name of the function that is to run; what is not named is not allowed.
 *
 * @param who says so, for the model that is told of a denial: `the case`
 */
export function askerOfAnswers(answers: ApprovalAnswers, who: string): Asker {
  return async ({ tool }) => {
    const answer = answers.get(tool);
    if (answer === undefined) return { kind: "unanswered" };
    if (answer === "allow") return { kind: "allow", by: "policy" };
    return { kind: "deny", by: "policy", reason: `${who} denies ${tool}` };
  };
}

interface Denying {
  readonly code: "cases" | "usage";
  readonly place?: Place;
}

/**
 * Checks that no call ran whose function the test denies: nobody asked about it, or an old recording
 * answered. The test would say what happens after a denial that never was.
 *
 * @throws LlmDoError with the code and place of the test
 */
export function checkDenials(
  answers: ApprovalAnswers,
  events: readonly RunEvent[],
  { code, place }: Denying,
): void {
  const ran = events.find(
    (event) => event.kind === "call-start" && answers.get(event.function) === "deny",
  );
  if (!ran) return;
  const isRecorded = events.some(
    (event) =>
      event.kind === "approval-decision" && event.target === ran.callId && event.by === "recording",
  );
  const why = isRecorded ? "its recording allows it" : "nobody was asked about it";
  const hint = isRecorded
    ? "record it anew: llm-do test --mode record"
    : "remove what approves it beforehand, such as pre_approved, or remove it from approvals";
  const reason = `${ran.callId} ran all the same: ${why}`;
  throw new LlmDoError({ code, verb: "deny", what: ran.function, reason, place, tries: [hint] });
}
