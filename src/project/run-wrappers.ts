import type { EffectGate } from "../cassette/effect-gate.ts";
import type { ModelTransport } from "../model/transport.ts";
import type { AroundCall } from "../runtime/run-state.ts";

/**
 * What stands around the gates of a run, between it and its cassette. For tests, which watch what
 * passes and change it.
 */
export interface RunWrappers {
  readonly transport?: ((inner: ModelTransport) => ModelTransport) | undefined;
  readonly effects?: ((inner: EffectGate) => EffectGate) | undefined;
  readonly call?: AroundCall | undefined;
}
