import type { CodeMode } from "../../functions/answer-mode.ts";
import type { Alternative, WorkerFunction } from "../../functions/llm-function.ts";
import type { AnswerSource } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";

/** Looks after functions that have code beside their prompt. */
export interface Watch {
  /**
   * Why code may not answer now, or need not be tried: an alarm was raised, or nothing can be kept;
   * undefined while all is well. Asked before each call, so it must be quick.
   */
  problem(worker: WorkerFunction): string | undefined;
  /** Keeps who answered a call. Returns why that cannot be kept; undefined where it was. */
  keep(call: KeptCall): string | undefined;
  /** Compares the answers of code and prompt to one input; must not throw. */
  compare(sample: ComparedSample): ComparedVerdict;
}

/** A call of a function with code, as it is kept. */
export interface KeptCall {
  readonly worker: WorkerFunction;
  readonly mode: CodeMode;
  readonly by: "code" | "prompt";
  /** Why code did not answer, or would not have; undefined where it did. */
  readonly reason: string | undefined;
}

/** What code and prompt answered to one input. */
export interface ComparedSample {
  readonly worker: WorkerFunction;
  readonly alternative: Alternative;
  readonly input: Json;
  readonly code: Json;
  readonly prompt: Json;
  /** Where the prompt's answer came from. */
  readonly source: AnswerSource;
  /** How long the prompt took, in milliseconds. */
  readonly promptMs: number;
  /** Whether it is evidence: a call that is on record already says nothing new. */
  readonly isNew: boolean;
}

export interface ComparedVerdict {
  /** Undefined where they could not be compared. */
  readonly agreed: boolean | undefined;
  readonly differences: readonly AnswerDifference[];
  /** The alarm's level after this comparison; undefined where it is not known. */
  readonly evidence: number | undefined;
  /** What to say of an alarm that was raised, or of a comparison that could not be kept. */
  readonly warning: string | undefined;
}

/** A place at which two answers differ; what is absent is not there. */
export interface AnswerDifference {
  /** As in `items[0].name`; empty for the whole answer. */
  readonly path: string;
  readonly code?: Json;
  readonly prompt?: Json;
}
