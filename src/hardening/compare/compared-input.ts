import type { Json } from "../../model/json.ts";
import type { Comparator } from "../comparator.ts";
import { type Difference, differencesBetween } from "../differences.ts";
import type { DistinctInput } from "../recordings/distinct-inputs.ts";
import type { Trial } from "./trial.ts";

/** One distinct input with what the prompt and the candidate made of it. */
export interface ComparedInput extends DistinctInput, Trial {
  /** Where the candidate's answer is not the prompt's; empty where it agrees or gave none. */
  readonly differences: readonly Difference[];
  /** Undefined where the candidate fell back. */
  readonly agrees: boolean | undefined;
}

/** What a candidate's outcome on an input says, by the prompt's first answer to it. */
export function comparedInput(
  input: DistinctInput,
  trial: Trial,
  comparator: Comparator,
): ComparedInput {
  const { outcome } = trial;
  const [first] = input.calls;
  if (outcome.kind === "fell-back")
    return { ...input, ...trial, differences: [], agrees: undefined };
  if (outcome.kind === "fault") return { ...input, ...trial, differences: [], agrees: false };
  const differences = differencesBetween(first.output, outcome.value, comparator);
  return { ...input, ...trial, differences, agrees: differences.length === 0 };
}

/** Whether an answer of the prompt and what the candidate made of its input agree. */
export function agreesWith(output: Json, { outcome }: Trial, comparator: Comparator): boolean {
  if (outcome.kind !== "answered") return false;
  return differencesBetween(output, outcome.value, comparator).length === 0;
}
