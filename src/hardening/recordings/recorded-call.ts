import type { Origin } from "../../certificate/ledger-events.ts";
import type { AnswerSource } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { Usage } from "../../model/usage.ts";
import { grouped } from "../../words/counted.ts";

/**
 * Why a call of the prompt is on record: what an input's origin may be in the ledger, or `fallback`, where
 * code left the call to the prompt. Fallbacks are a selection of the hard inputs and are never evidence.
 */
export type CallOrigin = Origin | "fallback";

/** One recorded call of a worker, of whatever run, from its input to its answer. */
export interface RecordedCall {
  /** What the worker was called with, as its input schema takes it. */
  readonly input: Json;
  /** What its caller got: a text, or a value where it has an output schema. */
  readonly output: Json;
  /** Path of the call from the entry of its run. */
  readonly callId: string;
  /** Path of the cassette, as it was named. */
  readonly cassette: string;
  /** 1-based line of its first exchange. */
  readonly line: number;
  readonly model: string;
  /** The model that answered, where the provider named another one than was asked for. */
  readonly answeredBy?: string;
  readonly source: AnswerSource;
  readonly origin: CallOrigin;
  /** Exchanges with the model. */
  readonly exchanges: number;
  readonly usage: Usage;
  /** In US dollars; undefined when the model's price is unknown. */
  readonly usd: number | undefined;
  /** How long the model took, in milliseconds. */
  readonly totalMs: number;
}

/** The calls of a worker that some cassettes hold. */
export interface RecordedCalls {
  /** In recorded order; of today's prompt, whole, and readable. */
  readonly calls: readonly RecordedCall[];
  readonly leftOut: LeftOut;
}

/** Calls that are on record and say nothing of today's worker, by why. */
export interface LeftOut {
  /** Of another version of the prompt: instructions, tools, schemas or settings. */
  readonly stale: number;
  /** Of a model other than the one that was asked for. */
  readonly otherModel: number;
  /** With attachments, which cassettes do not hold. */
  readonly withAttachments: number;
  /** Broken off before an answer, or with an answer that does not fit the output schema. */
  readonly unfinished: number;
  /** Damaged, or edited so that the key does not fit. */
  readonly damaged: number;
}

const LEFT_OUT: Readonly<Record<keyof LeftOut, string>> = {
  stale: "of another version of the prompt",
  otherModel: "of another model",
  withAttachments: "with attachments",
  unfinished: "without a whole answer",
  damaged: "damaged",
};

/** What was left out and why; empty when nothing was. */
export function leftOutText(leftOut: LeftOut): string {
  return Object.entries(LEFT_OUT)
    .map(([why, words]) => [leftOut[why as keyof LeftOut], words] as const) // its own keys
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${grouped(count)} ${words}`)
    .join(", ");
}
