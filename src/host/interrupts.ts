import process from "node:process";

/** The signals that a terminal and a supervisor end a program with. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Remembers who listens to interrupts. Disposing of it takes away whoever came since: libraries that
 * end the process on their own leave it no time to clean up.
 */
export function keepInterruptListeners(): Disposable {
  const before = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  return {
    [Symbol.dispose]() {
      for (const [index, signal] of SIGNALS.entries()) {
        for (const listener of process.listeners(signal)) {
          if (!before[index]?.has(listener)) process.off(signal, listener);
        }
      }
    },
  };
}

let interrupted: AbortController | undefined;

/** Aborts when a person interrupts this process, which then ends only when its work has. */
export function interruptSignal(): AbortSignal {
  if (interrupted) return interrupted.signal;
  const controller = new AbortController();
  interrupted = controller;
  process.once("SIGINT", () => controller.abort(new Error("SIGINT")));
  return controller.signal;
}
