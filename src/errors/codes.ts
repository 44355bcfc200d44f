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

/** The limit that a run reached, and how far. */
export interface LimitErrorFields {
  readonly limit: LimitName;
  /**
   * What was used when the limit was reached: depth, calls, tokens, US dollars or milliseconds.
   * Undefined for `maxUsd` where a model's price is unknown.
   */
  readonly used: number | undefined;
  /** What the limit allows, in the same unit. */
  readonly most: number;
  /** The id of the call that reached it, as in `main/analyzer#2`. */
  readonly call: string;
}

/** The names of limits, as `limits` of a run has them. */
export type LimitName = "maxDepth" | "maxCalls" | "maxTokens" | "maxUsd" | "timeoutMs";

/** A call that needed an approval which nobody was there to give. */
export interface ApprovalNeededFields {
  readonly tool: string;
  /** The call's checked input, as JSON. */
  readonly input: unknown;
  /** Names of the functions above the call, the entry first. */
  readonly chain: readonly string[];
  /** The worker's file, which the rule belongs in. */
  readonly file: string;
  /**
   * The smallest front matter that would admit the call; its lists go before those that are there.
   * Empty for a tool that its server changed, which no rule admits.
   */
  readonly rule: Readonly<Record<string, unknown>>;
  /** Front matter that would admit more, for a person to choose; undefined where there is none. */
  readonly widerRule?: Readonly<Record<string, unknown>> | undefined;
}

/** What was asked in replay and is not on record, and how it differs from what is. */
export interface MissErrorFields {
  /** The id of the call that asked, as in `main/analyzer#2`. Undefined where no call asked. */
  readonly call: string | undefined;
  /**
   * What kind of change it is. This is also the standard `Error.cause`, which may be any value: a
   * miss is the first thing that went wrong, so no error caused it.
   */
  readonly cause: MissCause;
  /** Where it differs first from the nearest recording: `messages[2].tool.output`. */
  readonly differsAt: string | undefined;
}

/** The kinds of change that keep a request or a call from being answered by a recording. */
export type MissCause =
  /** Nothing is on record for this worker or tool, or there is no cassette. */
  | "not-recorded"
  /** It is on record, and all its recordings have answered already. */
  | "asked-again"
  | "model"
  | "settings"
  | "instructions"
  /** Which tools there are, or their order. */
  | "tools"
  | "tool-description"
  | "tool-schema"
  | "server-tools"
  | "output-schema"
  /** What the call was given: the first message, or a tool's input. */
  | "input"
  /** The content of an attached file. */
  | "attachment"
  /** What a tool said before it in the conversation. */
  | "earlier-output"
  /** What the model itself said before it. */
  | "earlier-answer"
  /** The conversation has other messages, or more or fewer of them. */
  | "conversation"
  /** Another call asks, where the call is all that is asked by. */
  | "call"
  /** The recording was edited by hand and does not fit its own key. */
  | "edited";

/** What ended the run from outside. */
export interface AbortedErrorFields {
  /**
   * What `abort` or `cancel` was given, where that is a text or an error with a message. Its value
   * is the error's `cause`.
   */
  readonly reason: string;
}

/** The codes whose errors carry more than every error does, each with those fields. */
export interface ErrorFieldsByCode {
  readonly provider: ProviderErrorFields;
  readonly limit: LimitErrorFields;
  readonly "approval-needed": ApprovalNeededFields;
  readonly "cassette-miss": MissErrorFields;
  readonly aborted: AbortedErrorFields;
}

/** The names of these fields, for what copies them. */
export const ERROR_FIELDS = {
  provider: ["status", "type", "retryable", "retryAfterMs"],
  limit: ["limit", "used", "most", "call"],
  "approval-needed": ["tool", "input", "chain", "file", "rule", "widerRule"],
  "cassette-miss": ["call", "cause", "differsAt"],
  aborted: ["reason"],
} as const satisfies {
  readonly [Code in keyof ErrorFieldsByCode]: readonly (keyof ErrorFieldsByCode[Code])[];
};
