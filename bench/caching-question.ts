/** What the subject of `caching` is asked. */
export interface CachingQuestion {
  readonly turnCount: number;
  /** Tool calls in one answer of the model. */
  readonly callsOfTurn: number;
  readonly isCached: boolean;
}
