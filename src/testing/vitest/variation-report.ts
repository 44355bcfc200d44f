/** What a test of a mutation tells of it, for the summary; travels between processes. */
export type MutationReport = "miss" | "expectation" | "survived";

/** What a test of faults tells. */
export interface FaultReport {
  readonly seed: number;
  readonly runs: number;
}

declare module "vitest" {
  interface TaskMeta {
    llmDoMutation?: MutationReport;
    llmDoFaults?: FaultReport;
    /** Set where a case is not run in variations. */
    llmDoSkipped?: boolean;
  }
}
