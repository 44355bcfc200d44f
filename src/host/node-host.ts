import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { terminalText } from "../words/printable.ts";
import { nodeFileSystem } from "./files/node-file-system.ts";
import { nodeScratchFolders } from "./files/node-scratch-folders.ts";
import type { Host, Input, Machine, Output, PipedProcesses, Processes } from "./host.ts";

/** This process and this machine. */
export function nodeHost(): Host {
  return {
    clock: {
      nowMs: () => Date.now(),
      monotonicMs,
      sleep,
    },
    random: () => Math.random(),
    createId: () => randomUUID(),
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

/** By `hrtime`: the first use of `performance` loads all that observes it. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
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
      loaded ??= import("./processes/node-processes.ts").then(({ nodeProcesses }) =>
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
      loaded ??= import("./processes/node-piped-processes.ts").then(({ nodePipedProcesses }) =>
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

/** Fields of `/proc/PID/stat` between the program's name and the time at which it was started. */
const FIELDS_BEFORE_START = 19;

/** This machine, as far as Linux tells; elsewhere its name alone. */
const thisMachine: Machine = {
  get name() {
    return hostname();
  },
  get boot() {
    const id = contentOf("/proc/sys/kernel/random/boot_id");
    const processes = readOr(() => readlinkSync("/proc/self/ns/pid"));
    return id === undefined || processes === undefined ? undefined : { id, processes };
  },
  startOf: (processId) => {
    const stat = contentOf(`/proc/${processId}/stat`);
    // A program's name stands in brackets and may hold anything.
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields?.[FIELDS_BEFORE_START];
  },
};

function contentOf(path: string): string | undefined {
  return readOr(() => readFileSync(path, "utf8").trim());
}

/** Undefined on a system that has no such file, or does not let it be read. */
function readOr(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
