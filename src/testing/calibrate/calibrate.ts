import { dirname, relative, sep } from "node:path";
import { isCi } from "../../cassette/state/default-mode.ts";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../project/project-paths.ts";
import type { ChosenCase } from "../batch/choose-cases.ts";
import { judgementsOf } from "../cases/check/judge-lines.ts";
import { type Judgement, verdictOf } from "../cases/check/judgement.ts";
import type { Label } from "../cases/file/judge-expectation.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import {
  type Calibration,
  type Confusion,
  calibrationOf,
  NO_LABELS,
  withLabel,
} from "../cases/judge/calibration.ts";
import { calibrationDamage, writeCalibration } from "../cases/judge/calibration-file.ts";
import { type CaseSettings, runCase } from "../cases/run/run-case.ts";
import { changeLabels, type LabelEntry, type LabelledAnswer, readLabels } from "./labels-file.ts";

/** What labels say of one judge. */
export interface JudgeCalibration {
  /** The judge's file, as a person knows it. */
  readonly judge: string;
  /** One for each least score that its cases ask for, in rising order. */
  readonly thresholds: readonly CalibratedThreshold[];
  /** Answers that nobody has labelled. */
  readonly unlabelled: number;
  /** Cases that say a label, and whose answer is no longer the one that it was said of. */
  readonly moved: readonly string[];
  /** Cases without a score, each with why in one line; nothing is written then. */
  readonly unjudged: readonly string[];
  /** Why what was known of it cannot be read, in one line; undefined where it can. It is not used. */
  readonly damage: string | undefined;
  /** Whether the money for recording was spent before all cases had a score. */
  readonly isSpent: boolean;
}

export interface CalibratedThreshold extends Calibration {
  readonly least: number;
  readonly counts: Confusion;
}

interface CalibrationRequest {
  /** Cases with a judge. */
  readonly cases: readonly ChosenCase[];
  readonly settings: CaseSettings;
  /** The share of verdicts that must agree. Default: {@link DEFAULT_CLAIM}. */
  readonly claim: number;
}

/**
 * Compares what judges say with what persons say of the same answers, and writes it down beside each
 * judge: how it does, and which answers are still to be labelled. Where `CI` is set nothing is written.
 *
 * @throws LlmDoError `cases` where no case has a judge, or a case is labelled twice and differently
 */
export async function calibrate({
  cases,
  settings,
  claim,
}: CalibrationRequest): Promise<readonly JudgeCalibration[]> {
  const byJudge = Map.groupBy(cases, ({ one }) => one.expect.judge?.worker ?? "");
  byJudge.delete("");
  if (byJudge.size === 0) throw noJudge();
  const all: JudgeCalibration[] = [];
  for (const [worker, own] of byJudge) {
    all.push(await calibrateJudge(worker, own, { settings, claim }));
  }
  return all;
}

/**
 * 0 when all judges count, 5 when the money is spent, 3 when a case has no score, 1 when one is refuted,
 * 6 for too few labels.
 */
export function calibrationExit(all: readonly JudgeCalibration[]): ExitCode {
  if (all.some(({ isSpent }) => isSpent)) return EXIT.limit;
  if (all.some(({ unjudged }) => unjudged.length > 0)) return EXIT.cassette;
  const kinds = all.flatMap(({ thresholds }) => thresholds.map(({ kind }) => kind));
  if (kinds.includes("refuted")) return EXIT.failed;
  return kinds.length === 0 || kinds.includes("open") ? EXIT.inconclusive : EXIT.done;
}

/** One distinct answer with what the judge says of it. */
interface JudgedAnswer extends LabelledAnswer {
  readonly one: TestCase;
  readonly judgement: Judgement;
  /** Whether it is the answer of the first run of its case, which a label in the case is about. */
  readonly isFirst: boolean;
}

async function calibrateJudge(
  worker: string,
  cases: readonly ChosenCase[],
  { settings, claim }: Omit<CalibrationRequest, "cases">,
): Promise<JudgeCalibration> {
  const { host } = settings;
  const damage = calibrationDamage(worker, host.files);
  const { answers, unjudged, isSpent } = await judgedAnswers(worker, cases, settings);
  const [first] = answers;
  const isWritten = first !== undefined && unjudged.length === 0 && !isCi(host.env);
  const counted = isWritten
    ? changeLabels(worker, host, (known) => {
        const result = countedBy(answers, known, claim);
        const { identity } = first.judgement;
        if (result.labelledCount > 0) keepCalibration(worker, { identity, claim, result }, host);
        return { added: result.added, result };
      })
    : countedBy(answers, readLabels(worker, host.files), claim);
  const { thresholds, moved, labelledCount } = counted;
  const unlabelled = answers.length - labelledCount;
  return { judge: shown(worker, host), thresholds, unlabelled, moved, unjudged, damage, isSpent };
}

interface Counted extends Pick<JudgeCalibration, "thresholds" | "moved"> {
  /** Answers that no line of the labels file is of. */
  readonly added: readonly LabelEntry[];
  readonly labelledCount: number;
}

/** Compares the judge's answers with what is on record of them. */
function countedBy(
  answers: readonly JudgedAnswer[],
  known: readonly LabelEntry[],
  claim: number,
): Counted {
  const moved: string[] = [];
  const added: LabelEntry[] = [];
  const labelled: { readonly judgement: Judgement; readonly label: Label }[] = [];
  for (const answer of answers) {
    const found = labelOf(answer, known);
    if (found === "moved") moved.push(answer.case);
    const label = found === "moved" ? undefined : found;
    const { cases: file, case: name, judgement } = answer;
    const isKnown = known.some((entry) => isSame(entry, answer));
    const { says } = judgement;
    if (!isKnown) added.push({ cases: file, case: name, answer: answer.answer, says, label });
    if (label) labelled.push({ judgement, label });
  }
  const thresholds = thresholdsOf(answers, labelled, claim);
  return { thresholds, moved, added, labelledCount: labelled.length };
}

function keepCalibration(
  worker: string,
  { identity, claim, result }: { identity: string; claim: number; result: Counted },
  { clock, files }: Host,
): void {
  const date = new Date(clock.nowMs()).toISOString().slice(0, "2026-01-01".length);
  const thresholds = result.thresholds.map(({ least, counts }) => ({ least, ...counts }));
  writeCalibration(worker, { identity, date, claim, thresholds }, files);
}

interface JudgedAnswers extends Pick<JudgeCalibration, "unjudged" | "isSpent"> {
  readonly answers: readonly JudgedAnswer[];
}

/** A case of which the judge's word does not count yet, whatever was written down of it before. */
function calibrating(one: TestCase): TestCase {
  const { expect } = one;
  const { judge } = expect;
  return judge ? { ...one, expect: { ...expect, judge: { ...judge, isCalibrating: true } } } : one;
}

/** The distinct answers of cases: equal ones of one case count once. */
async function judgedAnswers(
  worker: string,
  cases: readonly ChosenCase[],
  settings: CaseSettings,
): Promise<JudgedAnswers> {
  const answers = new Map<string, JudgedAnswer>();
  const unjudged: string[] = [];
  let isSpent = false;
  for (const { one, path } of cases) {
    const { runs, failures } = await runCase(calibrating(one), settings);
    settings.signal?.throwIfAborted();
    isSpent ||= failures.some(({ kind }) => kind === "budget");
    const judgements = judgementsOf(runs);
    if (judgements.length < one.samples) {
      const why = failures[0]?.message.split("\n", 1)[0] ?? "it gave no score";
      unjudged.push(`${one.name}: ${why}`);
    }
    const file = relative(dirname(worker), path).split(sep).join("/");
    for (const [index, judgement] of judgements.entries()) {
      const { answer } = judgement;
      const key = JSON.stringify([file, one.name, answer]);
      if (answers.has(key)) continue;
      answers.set(key, {
        cases: file,
        case: one.name,
        answer,
        one,
        judgement,
        isFirst: index === 0,
      });
    }
  }
  checkOneJudge(worker, [...answers.values()]);
  return { answers: [...answers.values()], unjudged, isSpent };
}

/**
 * What a person says of an answer: a line of the labels file, else the label in the case. That one
 * was said of the answer on record then; once lines are there, another answer needs one of its own.
 */
function labelOf(answer: JudgedAnswer, known: readonly LabelEntry[]): Label | "moved" | undefined {
  const inCase = answer.isFirst ? answer.one.expect.judge?.label : undefined;
  const own = known.filter((entry) => entry.cases === answer.cases && entry.case === answer.case);
  const entry = own.find((candidate) => candidate.label && isSame(candidate, answer));
  if (entry?.label && inCase && entry.label !== inCase)
    throw twoLabels(answer, entry.label, inCase);
  if (entry?.label) return entry.label;
  if (inCase === undefined) return undefined;
  return own.some(({ label }) => label !== undefined) ? "moved" : inCase;
}

function isSame(left: LabelledAnswer, right: LabelledAnswer): boolean {
  return left.cases === right.cases && left.case === right.case && left.answer === right.answer;
}

function thresholdsOf(
  answers: readonly JudgedAnswer[],
  labelled: readonly { readonly judgement: Judgement; readonly label: Label }[],
  claim: number,
): readonly CalibratedThreshold[] {
  const leasts = [...new Set(answers.map(({ judgement }) => judgement.least))].toSorted(
    (a, b) => a - b,
  );
  return leasts.map((least) => {
    const counts = labelled
      .filter(({ judgement }) => judgement.least === least)
      .reduce(
        (sum, { judgement, label }) => withLabel(sum, verdictOf(judgement), label),
        NO_LABELS,
      );
    return { least, counts, ...calibrationOf(counts, claim) };
  });
}

/** Cases that give a judge other helpers make another judge of it. */
function checkOneJudge(worker: string, answers: readonly JudgedAnswer[]): void {
  const [first] = answers;
  const other = answers.find(({ judgement }) => judgement.identity !== first?.judgement.identity);
  if (!first || !other) return;
  throw new LlmDoError({
    code: "cases",
    verb: "calibrate",
    what: worker,
    reason: `"${first.case}" and "${other.case}" give it different files`,
    place: other.one.place,
    tries: ["give a judge the same files in all cases, or make two judges of it"],
  });
}

function twoLabels({ one, case: name }: JudgedAnswer, inFile: Label, inCase: Label): LlmDoError {
  return new LlmDoError({
    code: "cases",
    verb: "calibrate",
    what: name,
    reason: `the case says label: ${inCase}, and the labels file says ${inFile} of the same answer`,
    place: one.place,
    tries: ["correct one of the two"],
  });
}

function noJudge(): LlmDoError {
  return new LlmDoError({
    code: "cases",
    verb: "calibrate",
    what: "judges",
    reason: "no case has one",
    tries: ["name a worker in a case: expect: { judge: { worker: grader.worker, least: 0.8 } }"],
  });
}
