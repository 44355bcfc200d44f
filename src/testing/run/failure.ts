import { EXIT, type ExitCode } from "../../errors/exit-codes.ts";

/** One way in which a run is not what a case expects. */
export interface Failure {
  readonly kind: FailureKind;
  /** What a person reads, one or more lines. */
  readonly message: string;
  /** Why something was not recorded, in words that are the same for all cases with that reason. */
  readonly reason?: string;
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
  /** A judge whose word counts finds the answer wanting, or a judge gave no score. */
  | "judge"
  /** Not recorded: the provider had no time for it. */
  | "busy"
  /** Not recorded: what the command may spend is spent. */
  | "budget"
  /** Too few runs of the case passed, for several reasons. */
  | "samples"
  /** Something was changed and nobody noticed. */
  | "survived"
  /** The run did not hold up when something went wrong. */
  | "fault";

/** Failures that are about recordings and not about what the functions do. */
const CASSETTE_KINDS: readonly FailureKind[] = ["cassette", "vacuous", "unused", "busy"];

/** Whether it says that something was not recorded, and nothing of what the functions do. */
export function isNotRecorded({ kind }: Pick<Failure, "kind">): boolean {
  return kind === "busy" || kind === "budget";
}

/**
 * The exit code that failures lead to: 3 when all of them are about recordings, 5 when some of these
 * are about money, else 1.
 */
export function exitCodeOf(failures: readonly Pick<Failure, "kind">[]): ExitCode {
  const others = failures.filter(({ kind }) => kind !== "budget");
  if (others.some(({ kind }) => !CASSETTE_KINDS.includes(kind))) return EXIT.failed;
  if (others.length < failures.length) return EXIT.limit;
  return failures.length === 0 ? EXIT.done : EXIT.cassette;
}
