import type { ExitCode } from "../../errors/exit-codes.ts";

/** One way in which a run is not what a case expects. */
export interface Failure {
  readonly kind: FailureKind;
  /** What a person reads, one or more lines. */
  readonly message: string;
  /** Why, in a line that is the same in all cases with this cause; of failures of the cassette. */
  readonly cause?: string;
  /** Lines to compare, where the failure is about one text. */
  readonly actual?: string;
  readonly expected?: string;
}

export type FailureKind =
  /** The run ended in an error that the case does not expect. */
  | "run"
  | "output"
  | "calls"
  | "files"
  | "usage"
  | "exit-code"
  | "error"
  /** The recordings do not fit what is asked, or there are none. */
  | "cassette"
  /** The case proves nothing: nothing was served from the cassette. */
  | "vacuous"
  /** Recordings that the run did not ask for. */
  | "unused"
  /** The run did not end in time. */
  | "timeout"
  /** Too few runs of the case passed, for several reasons. */
  | "samples"
  /** Something was changed and nobody noticed. */
  | "survived"
  /** The run did not hold up when something went wrong. */
  | "fault";

/** Failures that are about recordings and not about what the functions do. */
const CASSETTE_KINDS: readonly FailureKind[] = ["cassette", "vacuous", "unused"];

/** The exit code that failures lead to: 3 when all of them are about recordings, else 1. */
export function exitCodeOf(failures: readonly Pick<Failure, "kind">[]): ExitCode {
  if (failures.length === 0) return 0;
  return failures.every(({ kind }) => CASSETTE_KINDS.includes(kind)) ? 3 : 1;
}
