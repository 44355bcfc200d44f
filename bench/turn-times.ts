import type { ConversationShape } from "./conversation.ts";

/** What a subject that goes through conversations is asked. */
export interface ConversationQuestion {
  readonly shape: ConversationShape;
  /** How many conversations one sample is made of, so that a short one is not lost in the clock. */
  readonly repeats: number;
}

export interface TurnTimes {
  /** Milliseconds a turn, all told. */
  readonly turnMs: number;
  /** The part of it that opens and indexes the cassette; 0 for who has none. */
  readonly openMs: number;
}
