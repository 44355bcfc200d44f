import { splitInput } from "../../recordings/distinct-inputs.ts";
import type { TrainExample } from "../scaffold/scaffold.ts";

/** What a writer of code sees, and what its candidates are ranked on. */
export interface InnerSplit {
  readonly shown: readonly TrainExample[];
  /** Never shown to the writer; all examples where there are too few to keep some back. */
  readonly fold: readonly TrainExample[];
  /** Whether the writer was not shown what the ranking is by. */
  readonly isKeptBack: boolean;
}

/** The share of the inputs to learn from that is kept back from the writer. */
const FOLD_SHARE = 1 / 3;

/** Hexadecimal digits of the key that draw the fold: others than those that draw the holdout. */
const FOLD_DIGITS = [8, 16] as const;

/** With fewer on either side, a ranking by some of them says less than by all. */
const LEAST_EXAMPLES = 3;

/**
 * Keeps a third of the inputs to learn from back, drawn by their hashes: code that has only learned its
 * examples by heart is told from code that has found the rule.
 */
export function innerSplit(train: readonly TrainExample[]): InnerSplit {
  const isKept = ({ input }: TrainExample) => {
    const digits = splitInput(input).key.slice(...FOLD_DIGITS);
    return Number.parseInt(digits, 16) / 16 ** digits.length < FOLD_SHARE;
  };
  const fold = train.filter(isKept);
  const shown = train.filter((example) => !isKept(example));
  const isKeptBack = Math.min(fold.length, shown.length) >= LEAST_EXAMPLES;
  return isKeptBack ? { shown, fold, isKeptBack } : { shown: train, fold: train, isKeptBack };
}
