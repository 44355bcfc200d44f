import type { AnswerPart } from "./message.ts";
import type { Usage } from "./usage.ts";

/**
 * An event of a model's answer. A stream has any number of deltas and parts, then exactly one `end`;
 * or it throws.
 *
 * A part repeats everything its deltas said, so consumers may ignore deltas. After a `restart`, discard
 * all earlier events: the answer begins again.
 */
export type ModelEvent =
  | { readonly kind: "text-delta"; readonly text: string }
  | { readonly kind: "thinking-delta"; readonly text: string }
  | { readonly kind: "part"; readonly part: AnswerPart }
  | { readonly kind: "restart"; readonly reason: string }
  | AnswerEnd;

export interface AnswerEnd {
  readonly kind: "end";
  readonly stop: StopReason;
  /** More that the provider said about the stop, such as why the model refused. */
  readonly stopDetail?: string;
  /** The model that answered, where the provider names another one than was asked for, as for an alias. */
  readonly answeredBy?: string;
  readonly usage: Usage;
  readonly source: AnswerSource;
}

/**
 * Where an answer came from: a model (`live`), a script, or traffic of another program that was
 * `imported`. What was imported is a record to learn from and never answers a run.
 */
export type AnswerSource = "live" | "script" | "imported";

/** The source that a cassette names; `live` where it names none. */
export function answerSource(named: string): AnswerSource {
  return named === "script" || named === "imported" ? named : "live";
}

export const STOP_REASONS = [
  /** The model finished its answer. */
  "end",
  /** The model waits for tool results. */
  "tool-calls",
  /** The answer reached its token limit. */
  "max-tokens",
  "stop-sequence",
  /** The provider paused a long turn. Send the answer back to continue. */
  "pause",
  /** The model or a content filter refused. */
  "refusal",
  /** The conversation no longer fits the model. */
  "context-window",
  /** The stream broke; the answer holds what had ended before. */
  "interrupted",
  /** A reason that this version does not know. */
  "other",
] as const;

/** Why an answer ended. */
export type StopReason = (typeof STOP_REASONS)[number];
