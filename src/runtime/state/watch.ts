import type { Alternative, WorkerFunction } from "../../functions/llm-function.ts";
import type { AnswerSource } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";

/** Looks after functions whose code answers in their prompt's place. */
export interface Watch {
  /** Why code may no longer answer: an alarm was raised; undefined while all is well. */
  problem(worker: WorkerFunction): string | undefined;
  /** Compares the answers of code and prompt to one input; must not throw. */
  compare(sample: ShadowSample): ShadowVerdict;
}

/** What code and prompt answered to one input. */
export interface ShadowSample {
  readonly worker: WorkerFunction;
  readonly alternative: Alternative;
  readonly code: Json;
  readonly prompt: Json;
  /** Where the prompt's answer came from. */
  readonly source: AnswerSource;
  /** Whether it is evidence: a call that is on record already says nothing new. */
  readonly isNew: boolean;
}

export interface ShadowVerdict {
  readonly agreed: boolean;
  readonly differences: readonly AnswerDifference[];
  /** E, after this comparison; undefined where it is not known. */
  readonly evidence: number | undefined;
  /** What to say of an alarm that this comparison raised. */
  readonly alarm: string | undefined;
}

/** A place at which two answers differ; what is absent is not there. */
export interface AnswerDifference {
  /** As in `items[0].name`; empty for the whole answer. */
  readonly path: string;
  readonly code?: Json;
  readonly prompt?: Json;
}
