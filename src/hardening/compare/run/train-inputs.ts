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
  { list, ledger, request }: Pick<Comparison, "list" | "ledger" | "request">,
  { compared }: Meeting,
): TrainInputs {
  const cut = ledger.events.findLast(({ kind }) => kind === "cut")?.at;
  const fromMs = Math.max(...[cut, request.since].map((at) => (at ? Date.parse(at) : -Infinity)));
  let earlier = 0;
  const inputs = list.listed.flatMap(({ position, side, at }): readonly ComparedInput[] => {
    const found = compared.get(position);
    if (side !== "train" || !found) return [];
    if (Date.parse(at) >= fromMs) return [found];
    earlier++;
    return [];
  });
  const tally = tallyOf(inputs);
  return { inputs, tally, fellBack: inputs.length - tally.n, earlier };
}
