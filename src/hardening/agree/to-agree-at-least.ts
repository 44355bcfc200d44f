import { neededFurther } from "../../certificate/needed.ts";
import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import { isAtLeast, lowerBound, type Tally } from "../../statistics/clopper-pearson.ts";
import { counted } from "../../words/counted.ts";
import { confidence, percent } from "../../words/percent.ts";

/** What a matcher tells its test runner. */
interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/**
 * A matcher for vitest's `expect.extend`: passes where the exact lower bound of what agreed reaches a
 * claim. A share of 99 % that was seen is not 99 % yet: 29 of 29 show 90 %.
 *
 * Of a tool `agreement` counts inputs to learn from, so a test that passes says that the tool does what it was
 * written to do. Whether it will on others `llm-do compare` says.
 *
 * @param received what `agreement` gives, or another count of how many of n agreed
 * @param claim a share above 0 and below 1
 * @throws RangeError for a count or a claim that is none
 *
 * @example
 * expect.extend({ toAgreeAtLeast });
 * expect({ agreed: 299, n: 299 }).toAgreeAtLeast(0.99);
 */
export function toAgreeAtLeast(
  received: Tally & { readonly alpha?: number },
  claim: number,
): MatcherResult {
  const { agreed, n, alpha = DEFAULT_ALPHA } = received;
  const tally = { agreed, n };
  const pass = isAtLeast(claim, tally, alpha);
  return { pass, message: () => messageOf(tally, { claim, alpha, pass }) };
}

function messageOf(
  tally: Tally,
  { claim, alpha, pass }: { claim: number; alpha: number; pass: boolean },
): string {
  const { agreed, n } = tally;
  const shown = percent(lowerBound(tally, alpha), "at-least");
  const seen = `${agreed} of ${n} agree, which shows at least ${shown} with ${confidence(alpha)} confidence`;
  if (pass) return `expected them not to agree on at least ${percent(claim, "given")}: ${seen}`;
  const further = neededFurther(claim, tally, alpha);
  return `expected them to agree on at least ${percent(claim, "given")}: ${seen}; ${counted(further, "more distinct input")}, all agreeing, would show it`;
}
