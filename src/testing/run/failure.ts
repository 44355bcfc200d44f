import { EXIT, type ExitCode } from "../../errors/codes.ts";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import { thrownFrames } from "../../errors/own-frames.ts";

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
  /** The case, a file that it names or the configuration is wrong, so that nothing was run. */
  | "setup"
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

/** Frames of a stack that a failure shows. */
const MAX_FRAMES = 5;

/** An error as a test shows it: with where in the user's code it was thrown, if that is where. */
export function errorText(error: LlmDoError): string {
  const frames = thrownFrames(error.cause).slice(0, MAX_FRAMES);
  return [error.report(), ...frames.map(({ line }) => `    ${line}`)].join("\n");
}

/** Failures that are about recordings and not about what the functions do. */
const CASSETTE_KINDS: readonly FailureKind[] = ["cassette", "vacuous", "unused", "busy"];

/** Whether it is about recordings, and not about what the functions do. */
export function isAboutRecordings({ kind }: Pick<Failure, "kind">): boolean {
  return CASSETTE_KINDS.includes(kind) || isNotRecorded({ kind });
}

/** Whether it says that something was not recorded, and nothing of what the functions do. */
export function isNotRecorded({ kind }: Pick<Failure, "kind">): boolean {
  return kind === "busy" || kind === "budget";
}

/**
 * The exit code that failures lead to: 3 when all of them are about recordings, 5 when some of these
 * are about money, 2 when some are about files that are wrong; 1 as soon as a run is not as expected.
 */
export function exitCodeOf(failures: readonly Pick<Failure, "kind">[]): ExitCode {
  const others = failures.filter(({ kind }) => kind !== "budget");
  const wrong = others.filter((failure) => !isAboutRecordings(failure));
  if (wrong.some(({ kind }) => kind !== "setup")) return EXIT.failed;
  if (wrong.length > 0) return EXIT.usage;
  if (others.length < failures.length) return EXIT.limit;
  return failures.length === 0 ? EXIT.done : EXIT.cassette;
}

/**
 * What to do where answers that were recorded are what is wrong: `auto` would give them again.
 *
 * @param rerecord the command that records the case anew
 */
export function asksAnew(rerecord: string): string {
  return `Try: --mode record asks anew, --mode auto answers from what is recorded: ${rerecord}`;
}
