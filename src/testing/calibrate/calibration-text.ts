import { alignedRows } from "../../words/aligned-rows.ts";
import { counted } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import { roundedDown } from "../../words/rounded.ts";
import type { CalibratedThreshold, JudgeCalibration } from "./calibrate.ts";

const HEAD = ["least", "labels", "agree", "at least", "false pass", "false fail", "kappa", ""];

/** What labels say of judges, for a person. */
export function calibrationText(all: readonly JudgeCalibration[], isWritten: boolean): string {
  return all.map((one) => `${judgeText(one, isWritten)}\n`).join("\n");
}

function judgeText(
  { judge, thresholds, unlabelled, moved, unjudged }: JudgeCalibration,
  isWritten: boolean,
): string {
  const stem = judge.replace(/\.worker$/, "");
  const table = alignedRows([HEAD, ...thresholds.map(rowOf)], { left: [7] });
  const lacks = thresholds.flatMap(({ least, lacks }) =>
    lacks.map((lack) => `  least ${least} needs ${lack}`),
  );
  const open = isWritten
    ? `write pass or fail in ${stem}.labels.yaml`
    : "label them on your machine";
  return [
    judge,
    ...table.map((row) => `  ${row}`),
    ...lacks,
    ...moved.map((name) => `  ${name}: its answer is not the one that was labelled`),
    ...(unlabelled > 0 ? [`  ${counted(unlabelled, "answer")} without a label: ${open}`] : []),
    ...unjudged.map((why) => `  no score: ${why}`),
    ...(unjudged.length > 0 ? ["Try: llm-do test --calibrate --mode auto"] : []),
  ].join("\n");
}

function rowOf({ least, n, agreed, lower, counts, kappa, kind }: CalibratedThreshold) {
  return [
    String(least),
    String(n),
    String(agreed),
    n === 0 ? "-" : percent(lower, "at-least"),
    String(counts.falsePass),
    String(counts.falseFail),
    kappa === undefined ? "-" : roundedDown(kappa, 2),
    { calibrated: "counts", refuted: "does not count", open: "advisory" }[kind],
  ];
}
