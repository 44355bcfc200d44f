import type { Tally } from "../../../statistics/clopper-pearson.ts";
import type { ComparedInput } from "./compared-inputs.ts";
import { tallyOf } from "./figures.ts";
import type { Meeting } from "./meet.ts";
import type { Comparison } from "./open-comparison.ts";

/** What whoever writes the tool may see: train inputs, and opened ones. */
export interface TrainInputs {
  /** Those of today's world, in the order of the list. */
  readonly inputs: readonly ComparedInput[];
  readonly tally: Tally;
  readonly fellBack: number;
  /** Inputs of before `--since` or the last alarm: other answers may have been right then. */
  readonly earlier: number;
}

export function trainInputs(
  { list, request: { since } }: Pick<Comparison, "list" | "request">,
  { compared }: Meeting,
): TrainInputs {
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  let earlier = 0;
  const inputs = list.listed.flatMap(({ position, side, at, isCut }): readonly ComparedInput[] => {
    const found = compared.get(position);
    if (side !== "train" || !found) return [];
    if (!isCut && Date.parse(at) >= sinceMs) return [found];
    earlier++;
    return [];
  });
  const tally = tallyOf(inputs);
  return { inputs, tally, fellBack: inputs.length - tally.n, earlier };
}
