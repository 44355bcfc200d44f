/** What the fan-out subject is asked; it replies with milliseconds. */
export interface FanOutQuestion {
  readonly workerCount: number;
  readonly answerMs: number;
}
