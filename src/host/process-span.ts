// Apart from the rest of this process: `performance` takes a while to load.

// Taken when this module loads: a test may put another clock in the place of both later.
const realNowMs = Date.now;
const { timeOrigin } = performance;

/** From when this process began until now, in milliseconds since 1970, whatever clock a test fakes. */
export interface ProcessSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export function processSpan(): ProcessSpan {
  return { fromMs: Math.floor(timeOrigin), toMs: realNowMs() };
}
