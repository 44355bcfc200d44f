import type { Ledger } from "../../cassette/ledger.ts";
import type { CassetteMode } from "../../cassette/session-state.ts";
import type { FailureKind } from "../run/failure.ts";

/** What a test tells of its case, for the summary and the report; travels between processes. */
export interface CaseReport {
  readonly name: string;
  /** Absolute path, or `none`. */
  readonly cassette: string;
  readonly mode: CassetteMode;
  readonly ledger: Ledger | undefined;
  readonly failures: readonly FailureKind[];
}

declare module "vitest" {
  interface TaskMeta {
    llmDo?: CaseReport;
  }
}
