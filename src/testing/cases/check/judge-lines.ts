import { counted } from "../../../words/counted.ts";
import { belowText, type Judgement, verdictOf } from "./judgement.ts";
import type { SampleOutcome } from "./run-samples.ts";

/** A case that a judge looked at; travels between processes. */
interface JudgedCase {
  readonly name: string;
  readonly judgements?: readonly Judgement[];
}

/** What judges said of the runs of a case, in their order. */
export function judgementsOf(runs: readonly SampleOutcome[] = []): readonly Judgement[] {
  return runs.flatMap(({ judged }) => (judged?.kind === "judged" ? [judged.judgement] : []));
}

/**
 * What judges said of some cases, for a person: a count, each answer that does not pass, and why a
 * judge's word does not count. Empty where no judge was asked.
 */
export function judgeLines(cases: readonly JudgedCase[]): readonly string[] {
  const all = cases.flatMap(({ judgements = [] }) => judgements);
  if (all.length === 0) return [];
  const passed = all.filter((one) => verdictOf(one) === "pass").length;
  const below = cases.flatMap(({ name, judgements = [] }) =>
    judgements
      .filter((one) => verdictOf(one) === "fail")
      .map((one) => `${name}: ${belowText(one)}${one.advisory === undefined ? "" : " (advisory)"}`),
  );
  const advisory = new Set(all.flatMap((one) => one.advisory ?? []));
  return [
    `${passed} of ${counted(all.length, "answer passes", "answers pass")}`,
    ...below,
    ...[...advisory].map((reason) => `advisory: ${reason} (llm-do test --calibrate)`),
  ];
}
