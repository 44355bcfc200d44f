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

/** One of the exit codes of the command line. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Every error code with the exit code that it leads to. Codes are part of the public API: programs
 * may compare them, so a code is never renamed or reused.
 */
export const ERROR_EXIT_CODES = {
  /** The command line itself: unknown flag, missing prompt, bad value. */
  usage: EXIT.usage,
  /** A file that is missing, unreadable, a directory, or of an unknown kind. */
  file: EXIT.usage,
  /** A `.worker` file whose front matter or body is wrong. */
  worker: EXIT.usage,
  /** A code file that does not load or exports something malformed. */
  code: EXIT.usage,
  /** Names that clash, do not resolve, or cannot be linked. */
  project: EXIT.usage,
  /** A `*.cases.yaml` file that is wrong, or a set of tests that cannot be run. */
  cases: EXIT.usage,
  /** A project or model setting that cannot be taken. */
  configuration: EXIT.usage,
  /** A model provider answered with an error, or not at all. */
  provider: EXIT.failed,
  /** A transport broke its contract: no end event, script ran dry. */
  transport: EXIT.failed,
  /** A function failed: a tool threw, an input did not fit, a worker gave no answer. */
  call: EXIT.failed,
  /** Code that answers in a prompt's place disagreed with it too often. */
  alarm: EXIT.failed,
  /** A request in replay that no recording answers. */
  "cassette-miss": EXIT.cassette,
  /** A cassette that is truncated, edited, of another version, or not a cassette. */
  "cassette-damaged": EXIT.cassette,
  /** A cassette that must not or cannot be written: a secret, another process, a full disk. */
  "cassette-refused": EXIT.cassette,
  /** An approval was needed and nobody could give it. */
  "approval-needed": EXIT.approval,
  /** A call was denied: by configuration, by policy or by a person. */
  "approval-denied": EXIT.approval,
  /** Depth, calls, tokens, money or time ran out. */
  limit: EXIT.limit,
  /** Too few recordings to say, or none that say anything. */
  inconclusive: EXIT.inconclusive,
  /** The run was aborted through its signal. */
  aborted: EXIT.interrupted,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof ERROR_EXIT_CODES;

/** What a program can act on in a provider's error, beside its text. */
export interface ProviderErrorFields {
  /** HTTP status; undefined when there was no response or the error came inside a stream. */
  readonly status: number | undefined;
  /** The provider's own name for the error: `overloaded_error`, `insufficient_quota`, ... */
  readonly type: string | undefined;
  /** Whether asking again may help. */
  readonly retryable: boolean;
  /** How long the provider asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The codes whose errors carry more than every error does, each with those fields. */
export interface ErrorFieldsByCode {
  readonly provider: ProviderErrorFields;
}

/** The names of these fields, for what copies them. */
export const ERROR_FIELDS = {
  provider: ["status", "type", "retryable", "retryAfterMs"],
} as const satisfies {
  readonly [Code in keyof ErrorFieldsByCode]: readonly (keyof ErrorFieldsByCode[Code])[];
};
