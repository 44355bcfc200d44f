import type { Change } from "../../mutate/mutation.ts";

/**
 * What became of a mutation: somebody noticed; nobody did; nobody did, and the case says why not; the
 * case says so of one that is noticed, or that is none of its own.
 */
type MutationOutcome = "killed" | "survived" | "accepted" | "no-longer-survives" | "unknown";

/** What a test of a mutation tells of it, for the summary and as JSON; travels between processes. */
export interface MutationReport {
  readonly id: string;
  /** What is changed: `the instructions of main`; empty where the outcome is `unknown`. */
  readonly name: string;
  readonly outcome: MutationOutcome;
  /** What noticed it. */
  readonly by?: "miss" | "expectation";
  /** Why it is accepted. */
  readonly reason?: string;
  readonly change?: Change;
}

/** The case that a test is about. */
export interface MutatedCase {
  readonly case: string;
  /** `FILE:LINE:COLUMN` */
  readonly place: string;
}

/** What a test of faults tells. */
export interface FaultReport {
  readonly seed: number;
  readonly runs: number;
}

declare module "vitest" {
  interface TaskMeta {
    llmDoMutated?: MutatedCase;
    llmDoMutation?: MutationReport;
    llmDoFaults?: FaultReport;
    /** Why a case is not run in variations. */
    llmDoSkipped?: string;
  }
}
