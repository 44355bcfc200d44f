/** What stands for a stream of output while nothing of it is to be seen. */
const SWALLOW: typeof process.stdout.write = (_text: unknown, ...rest: readonly unknown[]) => {
  const done = rest.at(-1);
  if (typeof done === "function") queueMicrotask(() => done());
  return true;
};

/**
 * Runs something with nothing of what it prints to this process's stdout and stderr, by `console` or by
 * itself.
 *
 * @example
 * await withoutOutput(() => tool.run({ input: "held out" }, ctx));
 */
export async function withoutOutput<Value>(run: () => Promise<Value>): Promise<Value> {
  const streams = [process.stdout, process.stderr] as const;
  const before = streams.map((stream) => Object.getOwnPropertyDescriptor(stream, "write"));
  for (const stream of streams) stream.write = SWALLOW;
  try {
    return await run();
  } finally {
    for (const [index, stream] of streams.entries()) {
      const own = before[index];
      if (own) Object.defineProperty(stream, "write", own);
      else Reflect.deleteProperty(stream, "write"); // the prototype's stands behind it
    }
  }
}
