/** The method by which a cassette that is open is kept open. Only this copy's cassettes have it. */
export const CLAIM = Symbol("claim");

/** What {@link claimCassette} may claim. */
export interface Claimable {
  /** @throws LlmDoError `usage` for one that is closed */
  [CLAIM](): Disposable;
}

/**
 * Keeps a cassette that a run is given open from the moment that the run is started: what comes before
 * its first request takes time, and the program may close the cassette meanwhile. Anything else is for
 * the check of the request.
 *
 * @throws LlmDoError `usage` for a cassette that is closed
 */
export function claimCassette(given: unknown): Disposable {
  return isClaimable(given) ? given[CLAIM]() : { [Symbol.dispose]: () => undefined };
}

function isClaimable(given: unknown): given is Claimable {
  return typeof given === "object" && given !== null && CLAIM in given;
}
