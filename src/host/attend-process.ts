import type { ChildProcessByStdio } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { CapturedStream } from "./captured-stream.ts";
import { endGroup } from "./process-group.ts";
import type { ProcessEnd, ProcessRequest } from "./processes.ts";

/** A process without an input that leads the group of this id. */
export interface StartedProcess {
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
export async function attendProcess(
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
