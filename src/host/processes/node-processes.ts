import { type ChildProcessByStdio, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import type {
  CapturedOutput,
  Environment,
  ProcessEnd,
  Processes,
  ProcessRequest,
} from "../host.ts";
import { isSecretName } from "../secret-names.ts";
import { findProgram } from "./find-program.ts";
import { endGroup, endWithProcess, guarded } from "./process-group.ts";

/** Starts programs on this machine, which must be a POSIX system. */
export function nodeProcesses(env: Environment): Processes {
  return {
    run: async (request) => {
      request.signal.throwIfAborted();
      const started = await start(request, request.env ?? withoutSecrets(env));
      if ("kind" in started) return started;
      const letGo = endWithProcess(started.groupId);
      try {
        return await attendProcess(started, request);
      } finally {
        letGo();
      }
    },
  };
}

/** Read anew for each program: variables may be set meanwhile. */
function withoutSecrets(env: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSecretName(name)));
}

type NotStarted = Extract<ProcessEnd, { readonly kind: "not-started" }>;

async function start(
  request: ProcessRequest,
  env: NodeJS.ProcessEnv,
): Promise<StartedProcess | NotStarted> {
  const { program, cwd } = request;
  const found = findProgram(program, { cwd, path: env["PATH"] });
  if (found.kind === "missing") return { ...found, kind: "not-started" };
  try {
    const child = spawn(found.path, request.arguments, {
      argv0: program,
      cwd,
      env,
      shell: false,
      detached: true, // a group of its own
      stdio: guarded<["ignore", "pipe", "pipe"]>(["ignore", "pipe", "pipe"]),
    });
    if (child.pid !== undefined) return { child, groupId: child.pid };
    return notStarted(program, await new Promise((resolve) => child.once("error", resolve)));
  } catch (error) {
    return notStarted(program, error);
  }
}

/** The file was found and may be executed, so something else is wrong. */
function notStarted(program: string, error: unknown): NotStarted {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") {
    const reason = `${program}: its interpreter, or the folder to start in, is missing`;
    return { kind: "not-started", exitCode: 127, reason };
  }
  const why = code === "E2BIG" ? "its arguments are too long" : String(code ?? error);
  return { kind: "not-started", exitCode: 126, reason: `${program}: cannot be executed: ${why}` };
}

/** A process without an input that leads the group of this id. */
interface StartedProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly groupId: number;
}

/** Why a process is not waited for any longer. */
type Stop = "timeout" | "output" | "abort";

/** How long the outputs may stay open after the program has ended, because others hold them. */
const DRAIN_MS = 500;
/** How long the killed may take to be gone; what hangs in the kernel never is. */
const SETTLE_MS = 500;
/** What a shell reports of a process that was killed by SIGKILL. */
const KILLED_EXIT_CODE = 128 + constants.signals.SIGKILL;

/** Waits until a process has ended or must, and ends whatever is left of its group. */
async function attendProcess(
  { child, groupId }: StartedProcess,
  request: ProcessRequest,
): Promise<ProcessEnd> {
  const { exited, over, isOver, stopped, forget, stdout, stderr } = watch(child, request);
  try {
    const first = await firstOf<number | Stop>(request.timeoutMs, "timeout", [exited, stopped]);
    const hasExited = typeof first === "number";
    if (hasExited) await firstOf<unknown>(DRAIN_MS, undefined, [over, stopped]);
    await endGroup(groupId, isOver);
    await firstOf<unknown>(SETTLE_MS, undefined, [over]);
    request.signal.throwIfAborted();
    return {
      kind: "ended",
      exitCode: await firstOf(0, KILLED_EXIT_CODE, [exited]),
      stopped: first === "timeout" || first === "output" ? first : undefined,
      stdout: stdout.output,
      stderr: stderr.output,
    };
  } finally {
    forget();
    letGo(child);
  }
}

function watch(child: StartedProcess["child"], request: ProcessRequest) {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Stop>();
  const onAbort = () => stop("abort");
  request.signal.addEventListener("abort", onAbort, { once: true });
  if (request.signal.aborted) onAbort(); // while the process was started
  const exited = exitCodeOf(child);
  let isOver = false;
  // Comes last: the program is gone and both outputs are closed.
  const over = new Promise<void>((resolve) => {
    child.once("close", () => {
      isOver = true;
      resolve();
    });
  });
  const forget = () => request.signal.removeEventListener("abort", onAbort);
  const outputs = capture(child, request, () => stop("output"));
  return { ...outputs, exited, over, isOver: () => isOver, stopped, forget };
}

function exitCodeOf(child: StartedProcess["child"]): Promise<number> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? (signal ? 128 + constants.signals[signal] : KILLED_EXIT_CODE));
    });
  });
}

function capture(
  child: StartedProcess["child"],
  { keptBytes, writtenBytes }: ProcessRequest,
  onTooMuch: () => void,
): { readonly stdout: CapturedStream; readonly stderr: CapturedStream } {
  let left = writtenBytes;
  const count = (bytes: number) => {
    left -= bytes;
    if (left < 0) onTooMuch();
  };
  return {
    stdout: new CapturedStream(child.stdout, keptBytes, count),
    stderr: new CapturedStream(child.stderr, keptBytes, count),
  };
}

/** What settles first, or `late` when nothing does in time. */
async function firstOf<Value>(
  durationMs: number,
  late: Value,
  promises: readonly Promise<Value>[],
): Promise<Value> {
  const { promise, resolve } = Promise.withResolvers<Value>();
  const timer = setTimeout(() => resolve(late), durationMs);
  try {
    return await Promise.race([...promises, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing of a process that outlived its end may keep this one open. */
function letGo(child: StartedProcess["child"]): void {
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
}

/** Reads a stream to its end, keeps the beginning and counts the rest. */
class CapturedStream {
  readonly #chunks: Buffer[] = [];
  readonly #maxKeptBytes: number;
  #keptBytes = 0;
  #totalBytes = 0;

  /** @param onGrowth called with the size of each piece that was read */
  constructor(stream: Readable, maxKeptBytes: number, onGrowth: (bytes: number) => void) {
    this.#maxKeptBytes = maxKeptBytes;
    stream.on("data", (chunk: Buffer) => {
      this.#keep(chunk);
      onGrowth(chunk.length);
    });
    // A pipe that breaks has nothing more to say.
    stream.on("error", () => undefined);
  }

  get output(): CapturedOutput {
    return { head: Buffer.concat(this.#chunks), totalBytes: this.#totalBytes };
  }

  #keep(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
    const kept = chunk.subarray(0, this.#maxKeptBytes - this.#keptBytes);
    if (kept.length === 0) return;
    this.#chunks.push(kept);
    this.#keptBytes += kept.length;
  }
}
