import type { Place } from "../errors/place.ts";
import type { StopReason } from "../model/event.ts";
import type { AnswerPart } from "../model/message.ts";
import type { Usage } from "../model/usage.ts";

/** One item of a script: what answers one request. */
export interface ScriptItem {
  /** Where the item stands. */
  readonly place: Place;
  readonly when: ScriptWhen;
  readonly steps: readonly ScriptStep[];
  readonly ending: ScriptEnding;
}

/** Which requests an item answers; with no field it answers any. */
export interface ScriptWhen {
  /** The name of the worker that asks. */
  readonly worker?: string;
  /** A text that stands in the instructions or in the text of any message. */
  readonly contains?: string;
}

export type ScriptStep =
  | { readonly kind: "wait"; readonly durationMs: number }
  | { readonly kind: "say"; readonly part: AnswerPart };

export type ScriptEnding =
  | { readonly kind: "end"; readonly stop: StopReason; readonly usage: Usage }
  | ScriptFailure;

/** A provider's error in place of an answer, or of the rest of one. */
export interface ScriptFailure {
  readonly kind: "error";
  /** HTTP status; undefined for an error without a response. */
  readonly status: number | undefined;
  /** The provider's name for it, as in `rate_limit_error`. */
  readonly type: string | undefined;
  readonly message: string;
}
