import type { AnswerPart } from "./message.ts";
import type { Usage } from "./usage.ts";

/**
 * What a transport says while a model answers. A stream is any number of deltas and parts, then
 * exactly one `end`; or it throws.
 *
 * A part is the whole of what its deltas announced, so a consumer may ignore deltas. What was
 * handed on before a `restart` is taken back: the answer begins anew.
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
  /** What the provider said about it beyond the reason, such as why the model refused. */
  readonly stopDetail?: string;
  readonly usage: Usage;
  readonly source: AnswerSource;
}

/** Where an answer came from: a model, or a text that somebody wrote. */
export type AnswerSource = "live" | "script";

export const STOP_REASONS = [
  /** The model had said all. */
  "end",
  /** The model waits for tool results. */
  "tool-calls",
  /** The answer reached its token limit. */
  "max-tokens",
  "stop-sequence",
  /** The provider paused a long turn; sending the answer back goes on with it. */
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

export type StopReason = (typeof STOP_REASONS)[number];
