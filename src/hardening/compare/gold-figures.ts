import { lowerBound, type Tally, upperBound } from "../../certificate/clopper-pearson.ts";
import type { Comparator } from "../comparator.ts";
import { differencesBetween } from "../differences.ts";
import type { DistinctInput } from "../recordings/distinct-inputs.ts";
import { agreesWith } from "./compared-input.ts";
import type { GoldLabel } from "./gold-labels.ts";
import type { Trials } from "./trial.ts";

/** How a tool fares against gold labels, which are never pooled with a model's answers. */
export interface GoldFigures {
  /** Of the labels of held-out inputs that the tool answered, with exact one-sided bounds at alpha. */
  readonly holdout: Tally & { readonly lower: number; readonly upper: number };
  /** Of the others, which whoever wrote the tool may have seen. */
  readonly train: Tally;
  /** Labels whose input the tool left to the prompt. */
  readonly fellBack: number;
  /** The prompt's own first answers, where a labelled input was recorded. */
  readonly prompt: Tally;
}

export interface GoldRun {
  readonly trials: Trials;
  readonly recorded: readonly DistinctInput[];
  readonly comparator: Comparator;
  readonly alpha: number;
}

export async function goldFigures(
  labels: readonly GoldLabel[],
  { trials, recorded, comparator, alpha }: GoldRun,
): Promise<GoldFigures> {
  const sides = { holdout: { n: 0, agreed: 0 }, train: { n: 0, agreed: 0 } };
  let fellBack = 0;
  for (const { input, output, side } of labels) {
    const trial = await trials.run(input);
    if (trial.outcome.kind === "fell-back") {
      fellBack++;
      continue;
    }
    sides[side].n++;
    if (agreesWith(output, trial, comparator)) sides[side].agreed++;
  }
  const { holdout, train } = sides;
  const [lower, upper] = [lowerBound(holdout, alpha), upperBound(holdout, alpha)];
  const prompt = promptTally(labels, recorded, comparator);
  return { holdout: { ...holdout, lower, upper }, train, fellBack, prompt };
}

function promptTally(
  labels: readonly GoldLabel[],
  recorded: readonly DistinctInput[],
  comparator: Comparator,
): Tally {
  const byKey = new Map(recorded.map((input) => [input.key, input.calls[0].output]));
  const tally = { n: 0, agreed: 0 };
  for (const { key, output } of labels) {
    const said = byKey.get(key);
    if (said === undefined) continue;
    tally.n++;
    if (differencesBetween(output, said, comparator).length === 0) tally.agreed++;
  }
  return tally;
}
