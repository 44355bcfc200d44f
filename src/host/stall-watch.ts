import { isMainThread, Worker } from "node:worker_threads";

/** Ends code of this process that does not let go of it. */
export interface StallWatch {
  /** Code begins that may run too long. */
  begin(): void;
  /** It has ended, or nobody waits for it any more. */
  end(): void;
  close(): Promise<void>;
}

/** How much longer than its time code may run, so that a timer is first where one can be. */
const MARGIN_MS = 100;

/** Where the shared memory has the number of the piece of code that runs, 0 between two. */
const RUNNING = 0;

/**
 * Runs in a thread of its own, in CommonJS and without types. Each piece of code is ended at most
 * once: the engine takes the wish back when the code has ended.
 */
const WATCH = `
const { Session } = require("node:inspector");
const { parentPort, workerData } = require("node:worker_threads");
const { memory, afterMs, everyMs } = workerData;
const state = new Int32Array(memory);
const session = new Session();
session.connectToMainThread();
parentPort.postMessage("ready");
let running = 0;
let sinceMs = performance.now();
function look() {
  const now = Atomics.load(state, ${RUNNING});
  if (now !== running) {
    running = now;
    sinceMs = performance.now();
  } else if (running > 0 && performance.now() - sinceMs > afterMs) {
    session.post("Runtime.terminateExecution");
    sinceMs = Infinity;
  }
}
setInterval(look, everyMs);
`;

/** A thread that cannot be watched, such as a test runner's: timers have to do. */
const NOT_WATCHED: StallWatch = {
  begin: () => undefined,
  end: () => undefined,
  close: async () => undefined,
};

/**
 * Starts a thread that looks at whether the main thread is stuck: code that never awaits cannot be
 * ended by a timer, because no timer runs until it does. The code is ended as if the process had
 * ended there; what waits for it is told nothing and must have a timer of its own.
 *
 * @param timeoutMs how long code may take
 */
export async function startStallWatch(timeoutMs: number): Promise<StallWatch> {
  if (!isMainThread) return NOT_WATCHED;
  const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const everyMs = Math.max(10, Math.min(100, timeoutMs / 4));
  const worker = new Worker(WATCH, {
    eval: true,
    workerData: { memory, afterMs: timeoutMs + MARGIN_MS, everyMs },
    execArgv: [],
  });
  await ready(worker);
  const state = new Int32Array(memory);
  let count = 0;
  return {
    begin: () => {
      Atomics.store(state, RUNNING, ++count);
    },
    end: () => {
      Atomics.store(state, RUNNING, 0);
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

function ready(worker: Worker): Promise<void> {
  return new Promise((done, fail) => {
    worker.once("message", () => done());
    worker.once("error", fail);
  });
}
