/**
 * What the process says when it ends; the same for every command.
 * Scripts and CI depend on these numbers, so they never change meaning.
 */
export const EXIT = {
  /** The command did what was asked: a run ended, a claim is supported, all tests passed. */
  done: 0,
  /** The run, an assertion or a comparison failed. */
  failed: 1,
  /** The command line, a file or the configuration is wrong. */
  usage: 2,
  /** The cassette: a miss, a stale or damaged recording, a refused write. */
  cassette: 3,
  /** An approval was needed and not given. */
  approval: 4,
  /** A limit was reached. */
  limit: 5,
  /** Too few recordings to say. */
  inconclusive: 6,
  /** The person interrupted the command. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
