import type { Place } from "../errors/place.ts";
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

/** What a transport gets beside the request. None of it changes the key. */
export interface StreamOptions {
  readonly signal: AbortSignal;
  /** The call that asks. */
  readonly caller?: Caller;
  /**
   * How long the provider should cache the prompt. It changes the price, not the answer. Default: the
   * provider is told nothing.
   */
  readonly cache?: CacheLifetime;
}

/** How long a provider caches a prompt, counted from its last use. */
export type CacheLifetime = "5m" | "1h";

export interface Caller {
  /** The call's id: the path of functions from the entry, as in `main/analyzer#2`. */
  readonly callId: string;
  /** The worker's name. */
  readonly worker: string;
  /** Where code made the worker. Absent for one from a `.worker` file. */
  readonly place?: Place;
}
