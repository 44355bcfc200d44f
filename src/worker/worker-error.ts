import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";

export interface WorkerProblem {
  /** One line, no full stop. */
  readonly reason: string;
  readonly place: Place;
  readonly tries?: readonly string[];
  readonly cause?: unknown;
}

/** What is wrong with a `.worker` file, as an error with code `worker`. */
export function workerError(worker: string, problem: WorkerProblem): LlmDoError {
  return new LlmDoError({ code: "worker", verb: "load", what: worker, ...problem });
}
