import type { CaseReport } from "./case-report.ts";

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
