import type { CallContext } from "../../../functions/call-context.ts";
import { INPUT_ONLY, promptText } from "../../../functions/input-only.ts";
import type { Clock } from "../../../host/host.ts";
import type { StallWatch } from "../../../host/stall-watch.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import type { Json } from "../../../model/json.ts";
import { attempt, type Candidate } from "./attempt.ts";
import { fault, type Outcome } from "./outcome.ts";

/** What became of one input, and how long it took. */
export interface Trial {
  readonly outcome: Outcome;
  /** Of the second run, which finds the code warm; undefined where there was none. */
  readonly tookMs: number | undefined;
}

interface TrialSettings {
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

/** Looks at the clock so many times within the time that one piece of work has. */
const LOOKS = 10;

/**
 * Tells when a piece of work has taken too long, one piece after the other. A timer for each would cost
 * more than most tools take; one that goes on looks at whichever piece is under way.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #closed = new AbortController();
  #current: { readonly dueMs: number; readonly over: () => void } | undefined;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    // It ends by being closed only.
    this.#look().catch(() => undefined);
  }

  /** Work begins; `over` is called once when it takes too long. */
  begin(over: () => void): void {
    this.#current = { dueMs: this.#clock.monotonicMs() + this.#timeoutMs, over };
  }

  /** The work has ended. */
  end(): void {
    this.#current = undefined;
  }

  close(): void {
    this.#closed.abort(new Error("nothing is waited for any more"));
  }

  async #look(): Promise<never> {
    const everyMs = Math.max(1, this.#timeoutMs / LOOKS);
    for (;;) {
      await this.#clock.sleep(everyMs, this.#closed.signal);
      const current = this.#current;
      if (!current || this.#clock.monotonicMs() < current.dueMs) continue;
      this.#current = undefined;
      current.over();
    }
  }
}

/** The context of a tool that is compared: what it would get in a prompt's place. */
class IsolatedContext implements CallContext {
  readonly call = INPUT_ONLY.call;
  readonly functions = INPUT_ONLY.functions;
  readonly model = INPUT_ONLY.model;
  readonly messages = INPUT_ONLY.messages;
  readonly now = INPUT_ONLY.now;
  readonly random = INPUT_ONLY.random;
  readonly depth = 0;
  readonly maxDepth = 0;
  readonly cwd: string;
  readonly #input: Json;
  #controller: AbortController | undefined;
  #hasEnded = false;

  /** @param cwd absolute path of the project's folder */
  constructor(input: Json, cwd: string) {
    this.#input = input;
    this.cwd = cwd;
  }

  get prompt(): string {
    return promptText(this.#input);
  }

  /** Made when it is asked for: a signal costs more than most tools take. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#hasEnded) this.#controller.abort(new Error(OVER));
    return this.#controller.signal;
  }

  /** Nobody waits for the tool any more. */
  end(): void {
    this.#hasEnded = true;
    this.#controller?.abort(new Error(OVER));
  }
}

const OVER = "the comparison waits no longer";
