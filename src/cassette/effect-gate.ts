import type { Json } from "../model/json.ts";

/** One tool call that is about to change or read the world. */
export interface EffectRequest {
  readonly tool: string;
  readonly input: Json;
  /** `pure` effects never come here: there is nothing to record. */
  readonly effect: "local" | "external";
  readonly callId: string;
}

/** Gate 2's side of the cassette: answers an effect or lets it happen, and writes it down. */
export interface EffectGate {
  /** Rejects with what `execute` rejects with, live or recorded. */
  perform(request: EffectRequest, execute: () => Promise<Json>): Promise<Json>;
  /** The same for the clock and for randomness. */
  sample(kind: "now" | "random", callId: string, execute: () => number): number;
}

/** A gate that lets everything happen and writes nothing. */
export const liveEffects: EffectGate = {
  perform: (_request, execute) => execute(),
  sample: (_kind, _callId, execute) => execute(),
};

/** Thrown in replay where a recorded effect had failed: the message is what a model is told. */
export class RecordedFailure extends Error {}
