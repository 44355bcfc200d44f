import type { Json } from "../model/json.ts";

/** One tool call that is about to change or read the world. */
export interface EffectRequest {
  readonly tool: string;
  readonly input: Json;
  /** `pure` effects never come here: there is nothing to record. */
  readonly effect: "local" | "external";
  readonly callId: string;
}

/** A call of a function that has both a prompt and code. */
export interface AnswerRequest {
  readonly function: string;
  readonly input: Json;
  /** Who answers as a rule, as in `code`. */
  readonly mode: string;
  readonly callId: string;
}

/** Who answers such a call. */
export type Answered =
  | {
      readonly by: "code";
      readonly output: Json;
      /** Whether the prompt is asked as well, so that the two answers can be compared. */
      readonly isChecked?: true;
    }
  | {
      readonly by: "prompt";
      readonly reason: string;
      /** Whether it was the clock that decided. */
      readonly isLate?: true;
      /** Whether it was the alarm that decided, or that nothing can be kept of comparisons. */
      readonly isAlarmed?: true;
      /** What code answered beside the prompt, in a shadow. */
      readonly tried?: Tried;
    };

/** What code came to that was tried beside its prompt: an answer, or why there was none. */
export type Tried = { readonly output: Json } | { readonly reason: string; readonly isLate?: true };

/** What is on record of a call. */
export interface AnswerRecord {
  /** Who answered it when it was recorded; undefined where that is asked anew. */
  readonly before: RecordedAnswered | undefined;
  /** Whether the call is on no record yet and this is no replay. */
  readonly isNew: boolean;
  readonly isReplay: boolean;
}

interface RecordedAnswered {
  readonly mode: string;
  readonly answered: Answered;
}

/** Why the prompt answers most calls of a canary. */
export const NOT_DRAWN = "the call was not drawn for code";

/** Why the prompt answers the calls of a shadow. */
export const SHADOWED = "code is tried beside it";

/** Gate 2's side of the cassette: answers an effect or lets it happen, and writes it down. */
export interface EffectGate {
  /** Rejects with what `execute` rejects with, live or recorded. */
  perform(request: EffectRequest, execute: () => Promise<Json>): Promise<Json>;
  /** The same for the clock and for randomness. */
  sample(kind: "now" | "random", callId: string, execute: () => number): number;
  /**
   * Writes down who answers a call. Code runs again in a replay, as pure tools do; but that its time
   * was over, or that an alarm was raised, is a fact about the world, and is answered from the cassette.
   * Rejects with what `decide` rejects with.
   */
  answer(
    request: AnswerRequest,
    decide: (record: AnswerRecord) => Promise<Answered>,
  ): Promise<SettledAnswer>;
}

export interface SettledAnswer {
  readonly answered: Answered;
  /** Whether the call is on no record yet and this is no replay. */
  readonly isNew: boolean;
}

/** A gate that lets everything happen and writes nothing. */
export const liveEffects: EffectGate = {
  perform: (_request, execute) => execute(),
  sample: (_kind, _callId, execute) => execute(),
  answer: async (_request, decide) => {
    const record = { before: undefined, isNew: true, isReplay: false };
    return { answered: await decide(record), isNew: true };
  },
};

/** Thrown in replay where a recorded effect had failed: the message is what a model is told. */
export class RecordedFailure extends Error {}

/** One call that somebody has to decide on. */
export interface DecisionQuestion {
  readonly tool: string;
  readonly input: Json;
  readonly callId: string;
  /**
   * The worker under which it is made: what was decided about another worker's call answers nothing.
   * Absent in recordings of before this was written down, which answer every worker.
   */
  readonly worker?: string;
}

/** What a person or a policy said of a call, as it stands in a cassette. */
export interface RecordedDecision {
  readonly allowed: boolean;
  /** Why not; may also stand where the call was allowed. */
  readonly reason?: string;
  /** Whether equal calls were to go on without asking for the rest of the run. */
  readonly forSession?: boolean;
  /** Who decided. */
  readonly by: string;
}

/** What was allowed for the rest of a run, by key. */
export type AllowedForRun = Map<string, RecordedDecision>;

/** The side of the cassette that keeps what was decided about calls that needed somebody's word. */
export interface DecisionGate {
  /**
   * What was decided, in `replay`; undefined where nothing is on record, in every other mode, and
   * with `--tools live`: there a call that is allowed runs for real, and no file may allow that. What
   * was allowed for the rest of the run answers equal calls that have no decision of their own.
   *
   * @param allowed what this has found for the rest of the same run; it is added to
   *
   * @throws LlmDoError `cassette-damaged` when the recording is malformed
   */
  find(question: DecisionQuestion, allowed?: AllowedForRun): RecordedDecision | undefined;
  /**
   * Says what was decided anew; it is written down where the mode records and nothing is on record.
   *
   * @param totalMs how long that took
   * @throws LlmDoError `cassette-refused` when it cannot be written
   */
  record(question: DecisionQuestion, decision: RecordedDecision, totalMs: number): void;
  /** Says that nobody was there to decide. */
  miss(): void;
}
