import { EXIT, type ExitCode } from "../errors/codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Tally } from "../statistics/clopper-pearson.ts";
import { interval, isBelowClaim, neededInputs, reachesClaim } from "../statistics/time-uniform.ts";
import { RISK, versionRisk } from "../statistics/version-risk.ts";

/** The risk of one exact bound that is looked at once: a confidence of 95 %. */
export const DEFAULT_ALPHA = RISK;

/** What the counted inputs say of a claim. */
export interface Verdict extends Tally {
  /**
   * - `supported`: the lower end of the interval reaches the claim.
   * - `refuted`: the upper end lies below it.
   * - `inconclusive`: the claim lies between them.
   */
  readonly verdict: "supported" | "refuted" | "inconclusive";
  /** The time-uniform interval of the share that agrees. */
  readonly lower: number;
  readonly upper: number;
  /** The share that is claimed. */
  readonly claim: number;
  /** The risk of this version: `0.05 / (v (v+1))`. */
  readonly alpha: number;
  /**
   * Counted inputs in all that are about as likely as not to support the claim, at the rate seen. Absent
   * where it is supported or refuted, and where no number will do.
   */
  readonly needed?: number;
}

/** What a command ends with. */
export const VERDICT_EXIT = {
  supported: EXIT.done,
  refuted: EXIT.failed,
  inconclusive: EXIT.inconclusive,
} as const satisfies Record<Verdict["verdict"], ExitCode>;

interface Question {
  /** The share that is claimed, above 0 and below 1. */
  readonly claim: number;
  /** Which version of the tool it is that looks at the holdout, from 1. */
  readonly version: number;
}

/**
 * What the counted inputs say of a claim. The same version may look after every recording; another claim
 * of it costs nothing more.
 *
 * @throws LlmDoError `usage` for a claim that is not above 0 and below 1
 * @throws RangeError for counts or a version that are none
 */
export function judge(tally: Tally, { claim, version }: Question): Verdict {
  checkClaim(claim);
  const alpha = versionRisk(version);
  const { agreed, n } = tally;
  const bounds = { n, agreed, ...interval(tally, alpha), claim, alpha };
  if (reachesClaim(claim, tally, alpha)) return { ...bounds, verdict: "supported" };
  if (isBelowClaim(claim, tally, alpha)) return { ...bounds, verdict: "refuted" };
  const needed = neededInputs(claim, tally, alpha);
  return { ...bounds, verdict: "inconclusive", ...(needed === undefined ? {} : { needed }) };
}

/** @throws LlmDoError `usage` for a claim that is not above 0 and below 1 */
export function checkClaim(share: number): void {
  if (share > 0 && share < 1) return;
  throw new LlmDoError({
    code: "usage",
    verb: "judge",
    what: "claim",
    reason: `it must be above 0 and below 1, not ${share}`,
    tries: ["write a share, as in 0.98 for 98 %; no number of inputs shows 100 %"],
  });
}
