import type { Alternative, WorkerFunction } from "../functions/llm-function.ts";
import type { Watch } from "./watch.ts";

/** Which code answers in a run. It is found out once for each function: a run keeps to it. */
export class StandIns {
  readonly #watch: Watch | undefined;
  readonly #known = new Map<WorkerFunction, Alternative | undefined>();

  constructor(watch: Watch | undefined) {
    this.#watch = watch;
  }

  /**
   * The code that answers a worker's calls as a rule; undefined where the prompt does.
   *
   * @param warn told once of code that may not answer after all
   */
  of(worker: WorkerFunction, warn: (message: string) => void): Alternative | undefined {
    const { alternative } = worker;
    if (!alternative || this.#known.has(worker)) return this.#known.get(worker);
    const problem = this.#problemOf(worker, alternative);
    if (problem !== undefined)
      warn(`the prompt of ${worker.name} answers, not its code: ${problem}`);
    const standing = problem === undefined ? alternative : undefined;
    this.#known.set(worker, standing);
    return standing;
  }

  #problemOf(worker: WorkerFunction, alternative: Alternative): string | undefined {
    if (alternative.mode === "shadow" && !this.#watch) return "nothing here compares the two";
    return alternative.problem(worker) ?? this.#watch?.problem(worker);
  }
}
