import type { ModelEvent } from "./event.ts";
import type { ModelRequest } from "./request.ts";

/**
 * Gate 1: anything that turns a model request into a stream of model events. Providers implement
 * it; recording, replay, retry and test doubles are transports that wrap or replace another.
 *
 * Contract: the stream ends with one `end` event or throws; it stops soon after the signal aborts;
 * it may be consumed once.
 */
export interface ModelTransport {
  stream(request: ModelRequest, options: StreamOptions): AsyncIterable<ModelEvent>;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** Who asks. Not part of the request: it never changes the key. */
  readonly caller?: Caller;
  /**
   * How long the provider should keep the prompt for the next request, where it wants to be told.
   * Not part of the request either: it changes the price, not the answer. Default: it is not told.
   */
  readonly cache?: CacheLifetime;
}

/** Five minutes or an hour, counted from the last use. */
export type CacheLifetime = "5m" | "1h";

export interface Caller {
  /** The call's id: the path of functions from the entry, as in `main/analyzer#2`. */
  readonly callId: string;
  /** The worker's name. */
  readonly worker: string;
}
