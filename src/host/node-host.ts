import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { terminalText } from "../words/printable.ts";
import type { Host, Input, Output } from "./host.ts";
import { thisMachine } from "./machine.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { nodeScratchFolders } from "./node-scratch-folders.ts";
import type { PipedProcesses } from "./piped-processes.ts";
import type { Processes } from "./processes.ts";

/** This process and this machine. */
export function nodeHost(): Host {
  return {
    clock: {
      nowMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      sleep,
    },
    random: () => Math.random(),
    createId: () => globalThis.crypto.randomUUID(),
    env: process.env,
    cwd: process.cwd(),
    processId: process.pid,
    isProcessAlive,
    machine: thisMachine,
    files: nodeFileSystem,
    scratch: nodeScratchFolders,
    processes: lazyProcesses(),
    pipedProcesses: lazyPipedProcesses(),
    stdout: outputOf(() => process.stdout),
    stderr: outputOf(() => process.stderr),
    stdin: lazyStdin,
  };
}

async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await delay(durationMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

// What starts programs brings much of the network code with it, and few runs start one.
function lazyProcesses(): Processes {
  let loaded: Promise<Processes> | undefined;
  return {
    run: async (request) => {
      loaded ??= import("./node-processes.ts").then(({ nodeProcesses }) =>
        nodeProcesses(process.env),
      );
      return (await loaded).run(request);
    },
  };
}

function lazyPipedProcesses(): PipedProcesses {
  let loaded: Promise<PipedProcesses> | undefined;
  return {
    start: async (request) => {
      loaded ??= import("./node-piped-processes.ts").then(({ nodePipedProcesses }) =>
        nodePipedProcesses(),
      );
      return (await loaded).start(request);
    },
  };
}

// The first look at one of these streams opens it, so each is looked at when it is needed.
function outputOf(stream: () => NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      const to = stream();
      const isForeign = typeof text === "string" && to.isTTY === true;
      to.write(isForeign ? terminalText(text) : `${text}`);
    },
    get isTerminal() {
      return stream().isTTY === true;
    },
    get columns() {
      return stream().columns || 80; // some terminals say 0
    },
    get rows() {
      return stream().rows || 24;
    },
  };
}

// Reading process.stdin opens the stream, which a run that needs no input must not do.
const lazyStdin: Input = {
  get isTerminal() {
    return process.stdin.isTTY === true;
  },
  readAll: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("utf8");
  },
  readLine,
};

async function readLine(signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  if (!process.stdin.readable) return undefined; // it ended before, and no event will say so again
  const { createInterface } = await import("node:readline");
  // The terminal edits the line itself, so that Ctrl-C stays a signal to the process.
  const lines = createInterface({ input: process.stdin, terminal: false });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const onAbort = () => reject(signal.reason);
  lines.once("line", resolve);
  lines.once("close", () => resolve(undefined));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    lines.close();
    process.stdin.pause();
  }
}
