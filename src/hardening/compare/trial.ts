import type { CallContext } from "../../functions/call-context.ts";
import type { Clock } from "../../host/host.ts";
import type { StallWatch } from "../../host/stall-watch.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import { attempt, type Candidate } from "./attempt.ts";
import { isolatedContext } from "./isolated-context.ts";
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
  #timeouts = 0;
  #count = 0;

  constructor(candidate: Candidate, settings: TrialSettings) {
    this.#candidate = candidate;
    this.#settings = settings;
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
    const said = [first, second].map(({ outcome }) => told(outcome)).join(", then ");
    return { outcome: fault("not-deterministic", said), tookMs: second.tookMs };
  }

  async #attempt(input: Json): Promise<{ outcome: Outcome; tookMs: number }> {
    const { timeoutMs, clock, cwd, signal } = this.#settings;
    const over = new AbortController();
    const startMs = clock.monotonicMs();
    const ctx = isolatedContext({ cwd, signal: AbortSignal.any([signal, over.signal]) });
    const timer = clock.sleep(timeoutMs, AbortSignal.any([signal, over.signal]));
    const tooLong = timer.then(() => fault("timed-out", `it took longer than ${timeoutMs} ms`));
    try {
      const outcome = await Promise.race([this.#apart(input, ctx), tooLong]);
      if (outcome.kind === "fault" && outcome.fault === "timed-out") this.#timeouts++;
      return { outcome, tookMs: clock.monotonicMs() - startMs };
    } finally {
      this.#settings.watch.end();
      over.abort(new Error("the comparison waits no longer"));
      tooLong.catch(() => undefined);
    }
  }

  /** On a stack of its own: when the watch ends the code, what waits for it goes on. */
  #apart(input: Json, ctx: CallContext): Promise<Outcome> {
    return new Promise((done) => {
      queueMicrotask(() => {
        this.#settings.watch.begin();
        attempt(this.#candidate, input, ctx).then(done);
      });
    });
  }
}

function sameOutcome(left: Outcome, right: Outcome): boolean {
  if (left.kind === "fell-back" && right.kind === "fell-back") return left.by === right.by;
  if (left.kind !== "answered" || right.kind !== "answered") return false;
  return left.value === right.value || canonicalJson(left.value) === canonicalJson(right.value);
}

function told(outcome: Outcome): string {
  switch (outcome.kind) {
    case "answered":
      return `it answered ${canonicalJson(outcome.value)}`;
    case "fell-back":
      return `it fell back: ${outcome.reason}`;
    case "fault":
      return `it failed: ${outcome.message}`;
  }
}
