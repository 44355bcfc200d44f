import type { ModelTransport } from "../../model/transport.ts";
import type { DecisionGate, EffectGate } from "../gates.ts";
import type { RunCalls } from "../state/run-calls.ts";
import type { CassetteMode, CassetteOptions, SessionState } from "../state/session-state.ts";
import type { Summary } from "../state/summary.ts";
import { SummaryBook } from "../state/summary-book.ts";
import { CassetteDecisions } from "./decisions.ts";
import { CassetteEffects } from "./effects.ts";
import { CassetteTransport } from "./transport.ts";

/** The gates that a cassette stands on, as one run sees them. */
export interface RunGates extends Pick<CassetteOptions, "mode" | "tools"> {
  readonly effects: EffectGate;
  readonly decisions: DecisionGate;
  /** @param inner what answers when the cassette does not; never asked in `replay` */
  transport(inner: ModelTransport): ModelTransport;
}

/**
 * One run's use of a session that other runs may use at the same time: all take from one tape and
 * write to one file, and each keeps its own count.
 */
export class SessionRun implements RunGates {
  readonly #state: SessionState;
  readonly effects: EffectGate;
  readonly decisions: CassetteDecisions;

  constructor(shared: SessionState, calls: RunCalls) {
    this.#state = { ...shared, calls, book: new SummaryBook() };
    this.effects = new CassetteEffects(this.#state);
    this.decisions = new CassetteDecisions(this.#state);
  }

  get mode(): CassetteMode {
    return this.#state.options.mode;
  }

  get tools(): CassetteOptions["tools"] {
    return this.#state.options.tools;
  }

  transport(inner: ModelTransport): ModelTransport {
    return new CassetteTransport(this.#state, inner);
  }

  /** @returns what the run took and recorded; what is unused only the session knows */
  end(): Summary {
    this.decisions.close();
    return this.#state.book.close({ exchanges: 0, effects: 0, decisions: 0 });
  }
}
