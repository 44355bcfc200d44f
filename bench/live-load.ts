/** What every subject of the live figure asks, so that their times can be compared. */
export const LIVE_LOAD = {
  requestCount: 5000,
  atOnce: 16,
  model: "claude-haiku-4-5",
  system: "You greet people in one line.",
  answer: "Good morning, Ada.",
} as const;

export function promptOf(index: number): string {
  return `Hello, I am Ada, number ${index}.`;
}

/** Asks all requests, so many at once, and returns how long that took in milliseconds. */
export async function askAll(ask: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < LIVE_LOAD.requestCount) {
      const said = await ask(next++);
      if (said !== LIVE_LOAD.answer) throw new Error(`an answer was ${JSON.stringify(said)}`);
    }
  };
  await ask(0); // what is loaded for the first request is not part of the figure
  const startMs = performance.now();
  await Promise.all(Array.from({ length: LIVE_LOAD.atOnce }, worker));
  return performance.now() - startMs;
}
