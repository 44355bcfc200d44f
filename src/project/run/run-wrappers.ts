import type { EffectGate } from "../../cassette/gates.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { RetryInfo } from "../../providers/retry.ts";
import type { AroundCall } from "../../runtime/state/run-state.ts";

/**
 * What stands around the gates of a run, between it and its cassette. For tests, which watch what
 * passes and change it.
 */
export interface RunWrappers {
  readonly transport?: ((inner: ModelTransport) => ModelTransport) | undefined;
  readonly effects?: ((inner: EffectGate) => EffectGate) | undefined;
  readonly call?: AroundCall | undefined;
}

/** Watches what models are asked for real, behind the cassette. */
export interface LiveWatch {
  /** Stands around the transport that answers live, its retries included. */
  readonly around: (inner: ModelTransport) => ModelTransport;
  /** Told before each wait for a retry. */
  readonly onRetry: (retry: Pick<RetryInfo, "delayMs" | "error">) => void;
}
