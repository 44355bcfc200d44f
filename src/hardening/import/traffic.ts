import type { Json } from "../../model/json.ts";
import type { Usage } from "../../model/usage.ts";

/** One call of a model, as a file of another program has it. */
export interface TrafficCall {
  /** The same each time the file is read, and different for each call of it. */
  readonly id: string;
  /** Empty where a span has none; undefined where the file has no place for them. */
  readonly instructions: string | undefined;
  /** As the file names it, with a provider before a colon or without. */
  readonly model: string | undefined;
  /** What the user's message says, or the value that it was made from. */
  readonly input: Json;
  /** The answer: a text, or its value. */
  readonly output: Json;
  readonly usage: Usage;
  /** How long the model took, in milliseconds; 0 where the file does not say it. */
  readonly totalMs: number;
}

/** Why calls of a file say nothing of today's worker, in words that follow a count. */
export const LEFT_OUT = {
  noContent: "without what was said",
  otherPrompt: "of another prompt",
  noInstructions: "without instructions, which may be of another prompt",
  otherModel: "of another model",
  toolCalls: "with tool calls",
  attachments: "with attachments",
  longer: "of a longer conversation",
  unanswered: "without a whole answer",
  unfitInput: "with an input that does not fit the worker",
  unfitAnswer: "with an answer that does not fit the output schema",
} as const;

export type LeftOutReason = keyof typeof LEFT_OUT;

/** A call, or why there is none. */
export type ReadCall = TrafficCall | LeftOutReason;
