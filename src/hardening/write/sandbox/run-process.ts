import type { Host } from "../../../host/host.ts";
import { NODE_PROGRAM } from "../../../host/this-process.ts";
import { shippedFile } from "../../shipped-file.ts";
import type { EngineFiles } from "./engine-files.ts";

/** What the process around the engine keeps to. */
export interface ProcessLimits {
  /** For one call. */
  readonly callMs: number;
  /** For a step that nothing interrupts, beyond the time of a call: then its process is killed. */
  readonly graceMs: number;
  /** Of all that one process reports. */
  readonly outputBytes: number;
}

/** What a process of the sandbox is told, as one line of JSON. Limits as in `SandboxLimits`. */
interface SandboxJob extends EngineFiles {
  readonly code: string;
  readonly callMs: number;
  readonly heapMib: number;
  readonly answerChars: number;
  readonly slowCalls: number;
  /** Each the JSON text of an input. */
  readonly inputs: readonly string[];
}

interface Surroundings {
  readonly host: Pick<Host, "files" | "pipedProcesses" | "clock" | "cwd">;
  readonly limits: ProcessLimits;
  /** Of the Node that runs the process; the program follows as a text. */
  readonly flags: readonly string[];
  readonly signal: AbortSignal;
  /** Resolves when the time of all processes together is over. */
  readonly late: Promise<Ending>;
}

/** Why a process gave no more reports. */
export type Ending =
  /** It has said all that it wants to say. */
  | { readonly kind: "done" }
  /** The input that it was on ended it, or it had to be killed on it. */
  | { readonly kind: "lost"; readonly reason: string }
  /** There is no more time, or no more room. */
  | { readonly kind: "late"; readonly reason: string };

/** What one process has reported, a line an input. */
interface Reported {
  readonly lines: readonly string[];
  readonly ending: Ending;
}

/** `TZ` because the engine's dates follow the process; there is nothing else in the environment. */
const ENVIRONMENT = { TZ: "UTC" } as const;

/** Runs a job in a process of its own, and kills that when it is late or stands still. */
export async function runProcess(job: SandboxJob, around: Surroundings): Promise<Reported> {
  const { host, limits, flags, signal, late } = around;
  const lines = new Lines(limits.outputBytes);
  const over = Promise.withResolvers<Ending>();
  const runner = host.files.readText(shippedFile("sandbox-runner.ts", host.files));
  const process = await host.pipedProcesses.start({
    program: NODE_PROGRAM,
    arguments: [...flags, runner],
    cwd: host.cwd,
    env: ENVIRONMENT,
    onOutput: (piece) => {
      if (!lines.add(piece)) over.resolve(TOO_MUCH);
    },
    onEnd: (exitCode) => over.resolve(endingOf(exitCode)),
  });
  const stop = new AbortController();
  const still = standstill(lines, around, AbortSignal.any([signal, stop.signal]));
  still.catch(() => undefined); // It is stopped below.
  try {
    await process.write(`${JSON.stringify(job)}\n`);
    const ending = await Promise.race([over.promise, late, still]);
    return { lines: lines.whole.slice(1), ending };
  } finally {
    stop.abort();
    await process.end();
  }
}

const TOO_MUCH: Ending = { kind: "late", reason: "it wrote too much" };

/** How a shell tells of a process that ended itself by abort(), as V8 does without memory. */
const ABORTED = 134;

function endingOf(exitCode: number): Ending {
  if (exitCode === 0) return { kind: "done" };
  if (exitCode === ABORTED) return { kind: "lost", reason: "the memory did not suffice" };
  return { kind: "lost", reason: `its process ended with exit code ${exitCode}` };
}

/**
 * Resolves when no report has come for longer than a call may take. The engine looks at the clock
 * between its own steps, but some steps of it are long: only the end of the process ends those.
 */
async function standstill(
  lines: Lines,
  { host, limits: { callMs, graceMs } }: Surroundings,
  signal: AbortSignal,
): Promise<Ending> {
  const mostMs = CALLS_A_REPORT * callMs + graceMs;
  for (let seen = 0; seen === 0 || seen !== lines.count; ) {
    seen = lines.count;
    await host.clock.sleep(mostMs, signal);
  }
  const reason = `it takes longer than ${callMs} ms in a step that only the end of its process ends`;
  return { kind: "lost", reason };
}

/** To load the candidate, and to ask it twice. */
const CALLS_A_REPORT = 3;

/** The lines of an output, up to a size. The first one says that the engine is there. */
class Lines {
  #count = 0;
  #bytes = 0;
  readonly #pieces: Buffer[] = [];
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** False when that is too much. */
  add(piece: Buffer): boolean {
    if (this.#bytes > this.#mostBytes) return false;
    this.#bytes += piece.length;
    this.#pieces.push(piece);
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) {
      this.#count++;
    }
    return this.#bytes <= this.#mostBytes;
  }

  /** Lines that are whole. */
  get count(): number {
    return this.#count;
  }

  get whole(): readonly string[] {
    return Buffer.concat(this.#pieces).toString("utf8").split("\n").slice(0, -1);
  }
}

const NEWLINE = 0x0a;
