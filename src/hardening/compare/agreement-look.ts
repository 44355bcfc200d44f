import { judge, type Verdict } from "../../certificate/verdict.ts";
import type { Tally } from "../../statistics/clopper-pearson.ts";
import { effectiveNumber } from "../../statistics/effective-number.ts";
import {
  agreementOf,
  type CountedInput,
  countedOf,
  type TemplateFigures,
  templateFigures,
} from "./run/counted-inputs.ts";
import type { Meeting } from "./run/meet.ts";
import type { Comparison } from "./run/open-comparison.ts";
import { type RecordedLook, recordLook } from "./run/record-look.ts";
import { lookingOf } from "./run/version-subject.ts";

/** What a look at the agreement finds. */
interface AgreementFound {
  readonly counted: readonly CountedInput[];
  /** By distinct inputs; undefined where nothing counts. */
  readonly tally: Tally | undefined;
  readonly isSupported: boolean;
  /** What is counted for the verdict: templates, where the guard lets in others than it lists. */
  readonly unit: "input" | "template";
  readonly templates: TemplateFigures;
  /** By the unit. */
  readonly judged: Verdict;
}

export type AgreementLook = RecordedLook<AgreementFound>;

/** Looks at how often a candidate agrees on the holdout. */
export function lookAtAgreement(
  comparison: Comparison,
  meeting: Meeting,
  claim: number,
): AgreementLook {
  const { guard, list } = comparison;
  const isBounded = guard?.listsTemplates || list.recorded.size === 0;
  const unit = isBounded ? "input" : "template";
  return recordLook(
    comparison.workerLedger,
    lookingOf("agreement", comparison, meeting),
    (positions, version) => {
      const counted = countedOf(positions, comparison.list, meeting.compared);
      const inputs = agreementOf(counted);
      const templates = templateFigures(counted, effectiveNumber);
      const judged = judge(unit === "input" ? inputs : templates, { claim, version });
      return {
        counted,
        tally: inputs.n === 0 ? undefined : inputs,
        isSupported: judged.verdict === "supported",
        unit,
        templates,
        judged,
      };
    },
  );
}
