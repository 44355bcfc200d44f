import { checkClaim, DEFAULT_ALPHA } from "../../../certificate/verdict.ts";
import { isBelow, lowerBound } from "../../../statistics/clopper-pearson.ts";
import { neededFurther } from "../../../statistics/needed.ts";
import { counted } from "../../../words/counted.ts";
import { confidence, percent } from "../../../words/percent.ts";
import type { Label } from "../file/judge-expectation.ts";

/** How a judge's verdicts stand against a person's labels: counts of answers. */
export interface Confusion {
  readonly bothPass: number;
  readonly bothFail: number;
  /** The judge passes what the person fails. */
  readonly falsePass: number;
  /** The judge fails what the person passes. */
  readonly falseFail: number;
}

export const NO_LABELS: Confusion = { bothPass: 0, bothFail: 0, falsePass: 0, falseFail: 0 };

/**
 * The share of verdicts that must agree, shown with 95 % confidence. People agree with each other in
 * about 81 % of such verdicts (Zheng et al. 2023, MT-bench): a higher bar would ask a judge to be better
 * than its labels.
 */
export const DEFAULT_CLAIM = 0.8;

/** Labels of each kind that there must be: without fails nobody knows whether a judge finds them. */
export const LEAST_OF_EACH = 5;

/**
 * Least chance-corrected agreement ("moderate", Landis and Koch 1977). Where nearly all labels say
 * pass, a judge that always passes agrees often; its kappa is 0.
 */
export const LEAST_KAPPA = 0.4;

/** What labels say of a judge. */
export interface Calibration {
  /** Whether the judge's word counts. */
  readonly kind: "calibrated" | "refuted" | "open";
  readonly n: number;
  readonly agreed: number;
  /** With 95 % confidence at least this share of verdicts agrees: the exact one-sided bound. */
  readonly lower: number;
  /** Cohen's kappa, at most 1; undefined where all labels and all verdicts are alike. */
  readonly kappa: number | undefined;
  /** What keeps it from counting, one reason each; empty for one that does. */
  readonly lacks: readonly string[];
}

/** Adds one labelled answer. */
export function withLabel(counts: Confusion, verdict: Label, label: Label): Confusion {
  const kind =
    verdict === label
      ? label === "pass"
        ? "bothPass"
        : "bothFail"
      : label === "pass"
        ? "falseFail"
        : "falsePass";
  return { ...counts, [kind]: counts[kind] + 1 };
}

/**
 * Says whether a judge agrees with its labels often enough to count.
 *
 * @param claim the share of verdicts that must agree, above 0 and below 1
 * @throws LlmDoError `usage` for another claim
 */
export function calibrationOf(counts: Confusion, claim = DEFAULT_CLAIM): Calibration {
  const { bothPass, bothFail, falsePass, falseFail } = counts;
  const agreed = bothPass + bothFail;
  const n = agreed + falsePass + falseFail;
  checkClaim(claim);
  const tally = { agreed, n };
  const kappa = kappaOf(counts);
  const figures = { n, agreed, lower: lowerBound(tally, DEFAULT_ALPHA), kappa };
  if (isBelow(claim, tally, DEFAULT_ALPHA)) {
    const most = `with ${confidence(DEFAULT_ALPHA)} confidence less than ${percent(claim, "given")} of its verdicts agree`;
    return { kind: "refuted", ...figures, lacks: [most] };
  }
  const needed = neededFurther(claim, tally, DEFAULT_ALPHA);
  const lacks = [
    ...(needed > 0 ? [`${counted(needed, "more label")} at least, all agreeing`] : []),
    ...missingOf("pass", bothPass + falseFail),
    ...missingOf("fail", bothFail + falsePass),
  ];
  const isChance = lacks.length === 0 && (kappa === undefined || kappa < LEAST_KAPPA);
  if (isChance) lacks.push(`kappa of at least ${LEAST_KAPPA}: label more of the rarer kind`);
  return { kind: lacks.length === 0 ? "calibrated" : "open", ...figures, lacks };
}

function missingOf(kind: Label, count: number): readonly string[] {
  const missing = LEAST_OF_EACH - count;
  return missing > 0 ? [`${missing} more labelled ${kind}`] : [];
}

/** Cohen's kappa: agreement beyond what the two would reach by chance with the same shares. */
export function kappaOf({
  bothPass,
  bothFail,
  falsePass,
  falseFail,
}: Confusion): number | undefined {
  const n = bothPass + bothFail + falsePass + falseFail;
  if (n === 0) return undefined;
  const passes = ((bothPass + falsePass) * (bothPass + falseFail)) / n ** 2;
  const fails = ((bothFail + falseFail) * (bothFail + falsePass)) / n ** 2;
  const chance = passes + fails;
  return chance === 1 ? undefined : ((bothPass + bothFail) / n - chance) / (1 - chance);
}
