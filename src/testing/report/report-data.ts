import type { PerformedEffect } from "../../cassette/session/effect-policy.ts";
import type { CassetteMode } from "../../cassette/state/session-state.ts";
import type { Summary } from "../../cassette/state/summary.ts";
import type { Judgement } from "../cases/check/judgement.ts";
import type { AnswerChange } from "../cases/run/case-outcome.ts";
import type { FailureKind } from "../run/failure.ts";
import type { OpenedFiles } from "../run/opened-files.ts";
import type { CaseTrace } from "./case-trace.ts";

/** What a test tells of its case, for the summary and the report; travels between processes. */
export interface CaseReport {
  readonly name: string;
  /** Absolute path, or `none`. */
  readonly cassette: string;
  readonly mode: CassetteMode;
  readonly summary: Summary | undefined;
  readonly failures: readonly FailureKind[];
  /** Why it was not recorded, in one line; undefined when nothing stood in the way. */
  readonly notRecorded?: string;
  /** Why recordings do not fit: a line that is the same in all cases with the cause. */
  readonly causes?: readonly string[];
  /** How many runs passed and what that bounds, of a case about a distribution. */
  readonly samples?: string;
  /** What a judge said of each run, of a case that has one. */
  readonly judgements?: readonly Judgement[];
  /** Answers that were recorded in the place of others. */
  readonly changes?: readonly AnswerChange[];
  /** External effects that happened while the case was recorded. */
  readonly performed?: readonly PerformedEffect[];
  /** All that the case did; only where a report is asked for. */
  readonly trace?: CaseTrace;
}

declare module "vitest" {
  interface TaskMeta {
    llmDo?: CaseReport;
    /** Of a test file, while tests are watched. */
    llmDoOpened?: OpenedFiles;
  }
}

/** All that a report shows. */
export interface ReportData {
  /** The name of the project's folder. */
  readonly project: string;
  /** When the run ended, as people read it. */
  readonly ended: string;
  readonly tests: readonly ReportTest[];
}

export interface ReportTest {
  /** Relative to the project. */
  readonly file: string;
  /** With the names of the groups that it stands in. */
  readonly name: string;
  readonly state: ReportState;
  readonly durationMs: number;
  /** What a test runner says of it, where no case says it better. */
  readonly errors: readonly string[];
  /** Undefined for a test that is no case. */
  readonly case: CaseReport | undefined;
}

export const REPORT_STATES = ["failed", "passed", "skipped"] as const;

export type ReportState = (typeof REPORT_STATES)[number];
