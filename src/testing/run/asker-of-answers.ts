import type { Asker } from "../../approval/decide.ts";

/**
 * An asker that answers by the name of the function that is to run; what is not named is not allowed.
 *
 * @param who says so, for the model that is told of a denial: `the case`
 */
export function askerOfAnswers(answers: ReadonlyMap<string, "allow" | "deny">, who: string): Asker {
  return async ({ tool }) => {
    const answer = answers.get(tool);
    if (answer === undefined) return { kind: "unanswered" };
    if (answer === "allow") return { kind: "allow", by: "policy" };
    return { kind: "deny", by: "policy", reason: `${who} denies ${tool}` };
  };
}
