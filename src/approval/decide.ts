import { isLlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { ApprovalRequest } from "./approval-request.ts";
import { type Answer, type Decision, decisionFrom, isAwaited, undecided } from "./decision.ts";

/** What is known of a function before anybody is asked. */
export interface ApprovalRules {
  readonly blocked: boolean;
  readonly preApproved: boolean;
  /** The function's own rule for this input; what it throws denies. */
  own(): ApprovalRule;
}

/** What a function says of one call: nobody is needed, somebody is, or never. */
export type ApprovalRule = "allow" | "ask" | { readonly deny: string };

/**
 * Decides a call that no rule decides. `true` allows it, `false` denies it. Called for one request at
 * a time, unless the run says `asking: "at-once"`. What throws or gives anything else denies.
 *
 * @example
 * const ask: Asker = async ({ id, tool, input }, { signal }) =>
 *   (await page.confirm({ id, tool, input }, { signal })) === "yes";
 */
export type Asker = (request: ApprovalRequest, options: AskOptions) => Answer | Promise<Answer>;

/** What an asker gets beside the request. */
export interface AskOptions {
  /**
   * Aborts when the question is withdrawn: the run was cancelled or reached a limit, or the same
   * question was answered for the session. An answer that comes later does nothing.
   */
  readonly signal: AbortSignal;
}

/**
 * Decides one call without asking anybody: blocked, pre-approved, the function's own rule, in this
 * order. A rule that fails denies.
 *
 * @returns undefined when somebody has to be asked
 */
export function decideByRules(
  request: ApprovalRequest,
  rules: ApprovalRules,
): Decision | undefined {
  if (rules.blocked) {
    const reason = `"${request.tool}" is blocked by the configuration of ${request.worker}`;
    return { kind: "deny", by: "configuration", reason };
  }
  if (rules.preApproved) return PRE_APPROVED;
  try {
    const own = rules.own();
    if (own === "ask") return undefined;
    return own === "allow" ? OWN_RULE : { kind: "deny", by: "rule", reason: own.deny };
  } catch (error) {
    return undecided(`the rule of "${request.tool}" failed: ${messageOf(error)}`);
  }
}

/**
 * Asks; an asker may be a user's own function, so anything that is not a decision denies.
 *
 * @throws LlmDoError of the cassette, which ends a run: what was decided could not be read or kept
 */
export async function askSafely(
  request: ApprovalRequest,
  ask: Asker,
  options: AskOptions,
): Promise<Decision> {
  try {
    return checked(await ask(request, options));
  } catch (error) {
    if (isLlmDoError(error) && error.code.startsWith("cassette-")) throw error;
    return undecided(`the approval failed: ${messageOf(error)}`);
  }
}

const PRE_APPROVED: Decision = { kind: "allow", by: "configuration" };
const OWN_RULE: Decision = { kind: "allow", by: "rule" };

/** A decision that somebody waits to see taken is kept as it is. */
function checked(answer: Answer): Decision {
  return isAwaited(answer) ? answer : decisionFrom(answer);
}
