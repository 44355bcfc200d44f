import type { Comparator } from "../comparator.ts";
import { differencesBetween } from "../differences.ts";
import type { Outcome } from "../sandbox/sandbox.ts";
import type { TrainExample } from "../scaffold/scaffold.ts";
import type { Miss, Score } from "./candidate.ts";

/**
 * Counts where a candidate answers as the prompt did. Where the prompt answered in several ways, any
 * of them will do.
 *
 * @param outcomes one for each example, in their order
 */
export function scoreOf(
  train: readonly TrainExample[],
  outcomes: readonly Outcome[],
  comparator: Comparator,
): Score {
  const declined: Miss[] = [];
  const wrong: Miss[] = [];
  for (const [index, example] of train.entries()) {
    const outcome = outcomes[index] ?? NOT_ASKED;
    if (outcome.kind === "declined") declined.push({ example, outcome });
    else if (!isAgreement(example, outcome, comparator)) wrong.push({ example, outcome });
  }
  const agreed = train.length - declined.length - wrong.length;
  return { n: train.length, agreed, declined, wrong };
}

const NOT_ASKED: Outcome = { kind: "fault", reason: "it was not asked" };

function isAgreement({ outputs }: TrainExample, outcome: Outcome, comparator: Comparator): boolean {
  if (outcome.kind !== "value") return false;
  const { value } = outcome;
  return outputs.some((output) => differencesBetween(output, value, comparator).length === 0);
}
