/**
 * Gives control back for one turn: timers, signals and sockets come first. What goes on without ever
 * waiting for any of them would keep a run from being ended.
 */
export function letOthersRun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
