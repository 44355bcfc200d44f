import { isCi } from "../../cassette/state/default-mode.ts";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { type LlmDoError, wrongFlag } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { counted } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import { alignedRows } from "../../words/aligned-rows.ts";
import { roundedDown } from "../../words/rounded.ts";
import { type ChosenCase, judgedCases } from "../batch/choose-cases.ts";
import { DEFAULT_CLAIM } from "../cases/judge/calibration.ts";
import { budgetOf } from "../run/shared-budget.ts";
import type { TestSettings } from "../settings/test-settings.ts";
import {
  type CalibratedThreshold,
  calibrate,
  calibrationExit,
  type JudgeCalibration,
} from "./calibrate.ts";

interface CalibrateCommand {
  /** What is on the command line beside our own flags. */
  readonly words: readonly string[];
  /** `--least`, as given. */
  readonly least: string | undefined;
  readonly settings: TestSettings;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * `llm-do test --calibrate`: compares judges with labels.
 *
 * @returns 0 when all judges count, 1 when one agrees too rarely, 6 when labels are missing, 3 when a
 * case has no score on record, 5 when the money is spent, 130 when interrupted
 * @throws LlmDoError `usage` for a wrong flag, `cases` where there is no judge
 */
export async function calibrateJudges({
  words,
  least,
  settings,
  host,
  signal,
}: CalibrateCommand): Promise<ExitCode> {
  const [word] = words;
  if (word !== undefined) throw notAll(word);
  const claim = least === undefined ? DEFAULT_CLAIM : Number(least);
  const { samples = 1 } = settings;
  const cases = judgedCases(host).map(({ one, path }) => ({
    path,
    one: { ...one, samples: Math.max(one.samples, samples) },
  }));
  const rerecord = "llm-do test --calibrate --mode record";
  const budget = budgetOf(settings, host);
  await tellEstimate(cases, settings, host);
  const calibrating = { ...settings, host, signal, budget, rerecord, keepsFailed: true };
  const all = await unlessAborted(signal, () => calibrate({ cases, settings: calibrating, claim }));
  if (!all) return EXIT.interrupted;
  for (const { damage } of all) {
    if (damage !== undefined) host.stderr.write(`warning: ${damage}; labels are counted anew\n`);
  }
  host.stdout.write(calibrationText(all, !isCi(host.env)));
  return calibrationExit(all);
}

/** Says what is about to be recorded and what that costs, before the first request. */
async function tellEstimate(
  cases: readonly ChosenCase[],
  { mode, maxUsd }: TestSettings,
  host: Host,
): Promise<void> {
  if (mode === "replay") return;
  const { estimateCases } = await import("../status/estimate-cases.ts");
  const { estimateText } = await import("../status/recording-estimate.ts");
  const ones = cases.map(({ one }) => one);
  const text = estimateText(await estimateCases(ones, { mode, host }), mode);
  if (text === undefined) return;
  const most = maxUsd === undefined ? "" : `; at most $${maxUsd} is spent`;
  host.stderr.write(`to record: ${text}${most}\n`);
}

/** Columns of the table of a judge. */
const HEAD = ["least", "labels", "agree", "at least", "false pass", "false fail", "kappa", ""];

/** What labels say of judges, for a person. */
function calibrationText(all: readonly JudgeCalibration[], isWritten: boolean): string {
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

/** Undefined where an interrupt broke it off. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function notAll(what: string): LlmDoError {
  const reason = "--calibrate counts all labels of a judge, so it runs all its cases";
  return wrongFlag(what, reason, ["llm-do test --calibrate"]);
}
