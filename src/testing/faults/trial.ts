import type { ObservedCase } from "../cases/run/observed-case.ts";
import type { CaseSettings } from "../cases/run/run-case.ts";
import type { Fault } from "./fault.ts";
import { areHarmless } from "./harmless.ts";
import { type FaultyRun, runFaulty } from "./run-faulty.ts";
import { firstChange, type Traces, tracesOf } from "./traces.ts";

/** What a trial is about. */
interface Bench {
  readonly observed: ObservedCase;
  readonly settings: CaseSettings;
  readonly before: Traces;
}

/** One case on trial: knows what it comes to without faults, and judges what it comes to with them. */
export class Trial {
  readonly #observed: ObservedCase;
  readonly #settings: CaseSettings;
  readonly #before: Traces;
  /** What each run without faults comes to; undefined where two of them differ. */
  readonly #result: string | undefined;
  /** How often the code of tools runs. */
  readonly codeRuns: number;
  /** What is wrong even without faults. */
  readonly problem: string | undefined;

  private constructor(
    { observed, settings, before }: Bench,
    runs: readonly [FaultyRun, FaultyRun],
  ) {
    const [first, second] = runs;
    this.#observed = observed;
    this.#settings = settings;
    this.#before = before;
    this.#result = first.result === second.result ? first.result : undefined;
    this.codeRuns = Math.min(first.codeRuns, second.codeRuns);
    this.problem = first.problem ?? second.problem ?? this.#leftBehind();
  }

  /** Runs the case without faults, twice: how these differ is no fault's doing. */
  static async begin(observed: ObservedCase, settings: CaseSettings): Promise<Trial> {
    const before = tracesOf(observed.one, settings.host.files);
    const run = () => runFaulty(observed, [], settings);
    return new Trial({ observed, settings, before }, [await run(), await run()]);
  }

  /**
   * Runs the case with faults.
   *
   * @returns what is wrong with how it ended; undefined when nothing is
   */
  async run(faults: readonly Fault[]): Promise<string | undefined> {
    const { problem, outcome, result } = await runFaulty(this.#observed, faults, this.#settings);
    if (problem !== undefined) return problem;
    const left = this.#leftBehind();
    if (left !== undefined) return left;
    if (!areHarmless(faults, this.#observed.exchanges)) return undefined;
    const [failure] = outcome?.failures ?? [];
    if (failure) return `the case fails: ${failure.message}`;
    if (this.#result === undefined || this.#result === result) return undefined;
    return `it came to something else:\n  ${result}\n  without faults:\n  ${this.#result}`;
  }

  #leftBehind(): string | undefined {
    const now = tracesOf(this.#observed.one, this.#settings.host.files);
    const changed = firstChange(this.#before, now);
    return changed === undefined ? undefined : `it left ${changed} otherwise than it was`;
  }
}
