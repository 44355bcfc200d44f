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

/** Makes an asker be asked one request at a time, in the order in which they came. */
export function oneAtATime(ask: Asker): Asker {
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    const answer = last.then(() => ask(request));
    last = answer.catch(() => undefined);
    return answer;
  };
}
