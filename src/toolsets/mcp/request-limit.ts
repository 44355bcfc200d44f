import type { Clock } from "../../host/host.ts";

/** How many times its time a request may take while the server tells of progress. */
export const MOST_EXTENSIONS = 10;

const MS_PER_SECOND = 1000;

/** The limits of one request. */
interface RequestLimit {
  readonly clock: Clock;
  /** How long the server may be silent. */
  readonly timeoutMs: number;
  /** Aborts when the run ends. */
  readonly signal: AbortSignal;
}

/** The server took longer than it may; thrown by nothing else. */
export class OutOfTime extends Error {}

/**
 * Performs a request in the time that it may take. A server that tells of progress gets the time
 * anew each time, at most `MOST_EXTENSIONS` times it in all.
 *
 * @param perform gets a signal that aborts only while the request has no answer, and what it calls
 * when the server tells of progress
 * @throws OutOfTime; the signal's reason when the run ends; what `perform` throws
 */
export async function withinLimit<T>(
  { clock, timeoutMs, signal }: RequestLimit,
  perform: (signal: AbortSignal, onProgress: () => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const attempt = new AbortController();
  const lastMs = clock.monotonicMs() + MOST_EXTENSIONS * timeoutMs;
  let timer = new AbortController();
  let isExtended = false;
  const restart = () => {
    timer.abort();
    timer = new AbortController();
    const leftMs = Math.max(0, Math.min(timeoutMs, lastMs - clock.monotonicMs()));
    const late = new OutOfTime(
      isExtended ? afterProgress(timeoutMs, leftMs) : `it did not answer in ${seconds(timeoutMs)}`,
    );
    clock.sleep(leftMs, timer.signal).then(
      () => attempt.abort(late),
      () => undefined,
    );
  };
  const onProgress = () => {
    if (timer.signal.aborted || attempt.signal.aborted) return; // it has its answer, or none comes
    isExtended = true;
    restart();
  };
  const onEnd = () => attempt.abort(signal.reason);
  signal.addEventListener("abort", onEnd, { once: true });
  restart();
  try {
    return await untilAborted(perform(attempt.signal, onProgress), attempt.signal);
  } finally {
    timer.abort();
    signal.removeEventListener("abort", onEnd);
  }
}

/** The work's outcome, or the signal's reason when it aborts first. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    // Listens before the SDK's rejection for the same abort is told.
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, (error: unknown) => reject(signal.aborted ? signal.reason : error));
  });
}

function afterProgress(timeoutMs: number, leftMs: number): string {
  const isLast = leftMs < timeoutMs;
  if (!isLast) return `it did not answer in ${seconds(timeoutMs)} after it told of progress`;
  const most = seconds(MOST_EXTENSIONS * timeoutMs);
  return `it did not answer in ${most}, the longest that progress extends ${seconds(timeoutMs)} to`;
}

function seconds(ms: number): string {
  return `${ms / MS_PER_SECOND} s`;
}
