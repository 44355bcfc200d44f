import type { Clock } from "../../host/host.ts";
import type { StallWatch } from "../../host/stall-watch.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import { attempt, type Candidate } from "./attempt.ts";
import { Deadline } from "./deadline.ts";
import { IsolatedContext } from "./isolated-context.ts";
import { fault, type Outcome } from "./outcome.ts";

/** What became of one input, and how long it took. */
export interface Trial {
  readonly outcome: Outcome;
  /** Of the second run, which finds the code warm; undefined where there was none. */
  readonly tookMs: number | undefined;
}

export interface TrialSettings {
  /** For each input. */
  readonly timeoutMs: number;
  readonly cwd: string;
  readonly clock: Clock;
  readonly watch: StallWatch;
  readonly signal: AbortSignal;
}

/** Inputs that may take too long before nobody waits for the others. */
export const MOST_TIMEOUTS = 10;

/** Inputs between two moments in which the process sees to other things, such as an interrupt. */
const BETWEEN_PAUSES = 200;

/** Runs a tool over inputs, each twice, one after the other. */
export class Trials {
  readonly #candidate: Candidate;
  readonly #settings: TrialSettings;
  readonly #deadline: Deadline;
  #timeouts = 0;
  #count = 0;

  constructor(candidate: Candidate, settings: TrialSettings) {
    this.#candidate = candidate;
    this.#settings = settings;
    this.#deadline = new Deadline(settings.clock, settings.timeoutMs);
  }

  /** Inputs that took too long so far. */
  get timeouts(): number {
    return this.#timeouts;
  }

  /** @throws the signal's reason when it aborts */
  async run(input: Json): Promise<Trial> {
    const { signal, clock } = this.#settings;
    if (++this.#count % BETWEEN_PAUSES === 0) await clock.sleep(0, signal);
    const first = await this.#attempt(input);
    if (first.outcome.kind === "fault") return { outcome: first.outcome, tookMs: undefined };
    const second = await this.#attempt(input);
    if (sameOutcome(first.outcome, second.outcome)) return second;
    const said = [first, second].map(({ outcome }) => outcomeText(outcome)).join(", then ");
    return { outcome: fault("not-deterministic", said), tookMs: second.tookMs };
  }

  /** Lets go of the clock. */
  close(): void {
    this.#deadline.close();
  }

  async #attempt(input: Json): Promise<{ outcome: Outcome; tookMs: number }> {
    const { timeoutMs, clock, cwd, signal, watch } = this.#settings;
    signal.throwIfAborted();
    const context = new IsolatedContext(input, cwd);
    const startMs = clock.monotonicMs();
    const outcome = await new Promise<Outcome>((done) => {
      this.#deadline.begin(() => {
        this.#timeouts++;
        done(fault("timed-out", `it took longer than ${timeoutMs} ms`));
      });
      // On a stack of its own: when the watch ends the code, what waits for it goes on.
      queueMicrotask(() => {
        watch.begin();
        attempt(this.#candidate, input, context).then(done);
      });
    });
    const tookMs = clock.monotonicMs() - startMs;
    watch.end();
    this.#deadline.end();
    context.end();
    return { outcome, tookMs };
  }
}

function sameOutcome(left: Outcome, right: Outcome): boolean {
  if (left.kind === "fell-back" && right.kind === "fell-back") return left.by === right.by;
  if (left.kind !== "answered" || right.kind !== "answered") return false;
  return left.value === right.value || canonicalJson(left.value) === canonicalJson(right.value);
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "answered":
      return `it answered ${canonicalJson(outcome.value)}`;
    case "fell-back":
      return `it fell back: ${outcome.reason}`;
    case "fault":
      return `it failed: ${outcome.message}`;
  }
}
