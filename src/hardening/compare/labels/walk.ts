import { type PairedCounts, pairedVerdict } from "../../../statistics/paired.ts";
import type { ComparedInput } from "../run/compared-inputs.ts";
import { disagreementsIn, type Right } from "../run/disagreement.ts";
import type { LabelCase } from "./label.ts";

/** What a tool may lose against its prompt: one point. */
export const NO_WORSE_MARGIN = 0.01;

/** One held-out input in the order of the list. */
export interface WalkStep {
  /** In the ledger's list. */
  readonly position: number;
  /** Undefined where its recording has gone, or where the other worker has no answer to it. */
  readonly compared: ComparedInput | undefined;
  /** Its recording has gone: it counts against the tool. */
  readonly isGone: boolean;
}

/** How far the test of "no worse than the prompt" went, and why no further. */
export interface Walk extends PairedCounts {
  readonly verdict: ReturnType<typeof pairedVerdict>;
  /** Inputs on which both give the same answer, those that the prompt would answer among them. */
  readonly same: number;
  /** Labels that were used. */
  readonly labels: number;
  /** Position of the last input that was gone through; undefined where none was. */
  readonly upTo: number | undefined;
  readonly stoppedBy: "verdict" | "label" | "answer" | "end";
}

/** The label of a disagreement; undefined where there is none, which ends the walk. */
type LabelOf = (each: LabelCase, step: WalkStep) => Promise<Right | undefined>;

/**
 * Goes through held-out inputs in the order of the list until the paired test holds, is lost, or a
 * disagreement has no label. No input is skipped: a skipped one would make a selection of the others.
 *
 * @param alpha the risk of this version
 */
export async function walk(
  steps: readonly WalkStep[],
  labelOf: LabelOf,
  alpha: number,
): Promise<Walk> {
  const counts = { n: 0, better: 0, worse: 0 };
  let [same, labels] = [0, 0];
  let upTo: number | undefined;
  const ended = (stoppedBy: Walk["stoppedBy"]): Walk => {
    const verdict = pairedVerdict(counts, { margin: NO_WORSE_MARGIN, alpha });
    return { ...counts, verdict, same, labels, upTo, stoppedBy };
  };
  for (const step of steps) {
    if (!step.compared && !step.isGone) return ended("answer");
    const found = caseOf(step);
    if (found === "same") same++;
    else if (found === "lost") counts.worse++;
    else {
      const right = await labelOf(found, step);
      if (right === undefined) return ended("label");
      labels++;
      if (right === "tool") counts.better++;
      if (right === "prompt") counts.worse++;
    }
    counts.n++;
    upTo = step.position;
    if (pairedVerdict(counts, { margin: NO_WORSE_MARGIN, alpha }) !== "open")
      return ended("verdict");
  }
  return ended("end");
}

/** A tool that fails has no answer that could be right. */
function caseOf({ compared, isGone }: WalkStep): LabelCase | "same" | "lost" {
  if (isGone || !compared) return "lost";
  if (compared.agrees !== false) return "same";
  const [disagreement] = disagreementsIn([compared]);
  return disagreement?.tool === undefined ? "lost" : { ...disagreement, tool: disagreement.tool };
}
