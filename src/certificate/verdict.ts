import { EXIT, type ExitCode } from "../errors/codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import {
  isAtLeast,
  isBelow,
  lowerBound,
  type Tally,
  upperBound,
} from "../statistics/clopper-pearson.ts";
import { neededFurther } from "./needed.ts";

/** The risk of a wrong claim at the first look: a confidence of 95 %. */
export const DEFAULT_ALPHA = 0.05;

interface Bounds extends Tally {
  /** The exact one-sided bounds of the share that agrees, each at `alpha`. */
  readonly lower: number;
  readonly upper: number;
  /** The share that is claimed. */
  readonly claim: number;
  /** The risk at this look: the whole risk, divided by the looks. */
  readonly alpha: number;
}

/** The lower bound reaches the claim. */
interface Supported extends Bounds {
  readonly verdict: "supported";
}

/** The upper bound is below the claim. */
interface Refuted extends Bounds {
  readonly verdict: "refuted";
}

/** The claim lies between the bounds. */
interface Inconclusive extends Bounds {
  readonly verdict: "inconclusive";
  /** Further distinct held-out inputs that would have supported the claim at this look, all agreeing. */
  readonly needed: number;
  /** The same at the next look, whose risk is smaller by one look more. */
  readonly neededAtNextLook: number;
}

export type Verdict = Supported | Refuted | Inconclusive;

/** What a command ends with. */
export const VERDICT_EXIT = {
  supported: EXIT.done,
  refuted: EXIT.failed,
  inconclusive: EXIT.inconclusive,
} as const satisfies Record<Verdict["verdict"], ExitCode>;

interface Question {
  /** The share that is claimed, above 0 and below 1. */
  readonly claim: number;
  /** Default: {@link DEFAULT_ALPHA}. */
  readonly alpha?: number;
  /** How often the holdout has been looked at, this look included. Default: 1. */
  readonly looks?: number;
}

/**
 * What the holdout says of a claim.
 *
 * After K looks each is made at alpha/K, so that the risk of a wrong "supported" stays below alpha
 * for all of them together (Bonferroni).
 *
 * @throws LlmDoError `usage` for a claim or alpha that is not above 0 and below 1
 * @throws RangeError for counts that are none
 */
export function judge(
  tally: Tally,
  { claim, alpha: risk = DEFAULT_ALPHA, looks = 1 }: Question,
): Verdict {
  checkShare("claim", claim);
  checkShare("alpha", risk);
  if (!(Number.isSafeInteger(looks) && looks > 0)) {
    throw new RangeError(`looks must be a whole number above 0, not ${looks}`);
  }
  const alpha = risk / looks;
  const { agreed, n } = tally;
  const [lower, upper] = [lowerBound(tally, alpha), upperBound(tally, alpha)];
  const bounds: Bounds = { n, agreed, lower, upper, claim, alpha };
  return { ...bounds, ...verdictOf(tally, { claim, alpha, nextAlpha: risk / (looks + 1) }) };
}

function verdictOf(
  tally: Tally,
  { claim, alpha, nextAlpha }: { claim: number; alpha: number; nextAlpha: number },
) {
  if (isAtLeast(claim, tally, alpha)) return { verdict: "supported" } as const;
  if (isBelow(claim, tally, alpha)) return { verdict: "refuted" } as const;
  return {
    verdict: "inconclusive",
    needed: neededFurther(claim, tally, alpha),
    neededAtNextLook: neededFurther(claim, tally, nextAlpha),
  } as const;
}

function checkShare(name: string, share: number): void {
  if (share > 0 && share < 1) return;
  throw new LlmDoError({
    code: "usage",
    verb: "judge",
    what: name,
    reason: `it must be above 0 and below 1, not ${share}`,
    tries:
      name === "claim"
        ? ["write a share, as in 0.98 for 98 %; no number of inputs shows 100 %"]
        : ["write a risk, as in 0.05 for a confidence of 95 %"],
  });
}
