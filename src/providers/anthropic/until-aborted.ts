/**
 * The same items, until the signal aborts: then it throws the signal's reason at once, even while
 * the source hangs. The source is told to stop in either case.
 */
export async function* untilAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  aborted.catch(ignore); // Nobody may be waiting when it happens.
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([aborted, iterator.next()]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    // Not awaited: a source that hangs would hold the caller back.
    iterator.return?.().catch(ignore);
  }
}

/** The abort's reason is what the caller learns; how the source takes it is of no interest. */
function ignore(): void {}
