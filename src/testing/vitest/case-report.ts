import type { Ledger } from "../../cassette/ledger.ts";
import type { CassetteMode } from "../../cassette/session-state.ts";
import type { CaseTrace } from "../report/case-trace.ts";
import type { FailureKind } from "../run/failure.ts";

/** An answer of a model that a new recording changed. */
export interface OutputChange {
  /** Path of the call from the entry, as in `main/analyzer#2`. */
  readonly call: string;
  readonly before: string;
  readonly after: string;
}

/** What a test tells of its case, for the summary and the report; travels between processes. */
export interface CaseReport {
  readonly name: string;
  /** Absolute path, or `none`. */
  readonly cassette: string;
  readonly mode: CassetteMode;
  readonly ledger: Ledger | undefined;
  readonly failures: readonly FailureKind[];
  /** What recordings that were made anew say instead of what they said before. */
  readonly changes?: readonly OutputChange[];
  /** All that the case did; only where a report is asked for. */
  readonly trace?: CaseTrace;
}

declare module "vitest" {
  interface TaskMeta {
    llmDo?: CaseReport;
  }
}
