import type { Json } from "../model/json.ts";

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
