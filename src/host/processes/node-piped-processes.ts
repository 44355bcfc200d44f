import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { PipedProcess, PipedProcesses, PipedRequest } from "../host.ts";
import { findProgram } from "./find-program.ts";
import { endGroup, endWithProcess, guarded } from "./process-group.ts";

/** How long a program whose input was closed may take to end by itself. */
const LEAVE_MS = 500;
/** How long its output may stay open after it has ended, because others hold it. */
const DRAIN_MS = 500;
/** Characters of the standard error that are kept. */
const KEPT_ERROR_CHARACTERS = 2_000;

/** Starts programs on this machine, which must be a POSIX system. */
export function nodePipedProcesses(): PipedProcesses {
  return {
    start: async (request) => {
      const child = spawnGroup(request);
      const { pid } = child;
      if (pid === undefined) throw new Error(await startFailure(child, request.program));
      const letGoOfGroup = endWithProcess(pid);
      return attend(child, request, async (isGone) => {
        await endGroup(pid, isGone);
        letGoOfGroup();
      });
    },
  };
}

function spawnGroup({ program, arguments: words, cwd, env }: PipedRequest) {
  const found = findProgram(program, { cwd, path: env["PATH"] });
  if (found.kind === "missing") throw new Error(found.reason);
  return spawn(found.path, words, {
    argv0: program,
    cwd,
    env,
    shell: false,
    detached: true,
    stdio: guarded<["pipe", "pipe", "pipe"]>(["pipe", "pipe", "pipe"]),
  });
}

async function startFailure(
  child: ChildProcessWithoutNullStreams,
  program: string,
): Promise<string> {
  const [error] = await once(child, "error");
  const code: unknown = error instanceof Error && "code" in error ? error.code : error;
  return `${program}: cannot be executed: ${String(code)}`;
}

function attend(
  child: ChildProcessWithoutNullStreams,
  { onOutput, onEnd }: PipedRequest,
  endAll: (isGone: () => boolean) => Promise<void>,
): PipedProcess {
  let errorTail = "";
  let isGone = false;
  let ending: Promise<void> | undefined;
  child.stdout.on("data", onOutput);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errorTail = (errorTail + text).slice(-KEPT_ERROR_CHARACTERS);
  });
  // Pipes break when the program ends, which is told of anyway.
  for (const pipe of [child, child.stdin, child.stdout, child.stderr]) {
    pipe.on("error", () => undefined);
  }
  const gone = exitOf(child).then(async (exitCode) => {
    isGone = true;
    ending ??= endAll(() => true); // what it left behind
    onEnd(exitCode);
    await ending;
  });
  return {
    write: (text) => write(child, text),
    get errorTail() {
      return errorTail;
    },
    end: async () => {
      child.stdin.end();
      await Promise.race([gone, delay(LEAVE_MS)]);
      ending ??= endAll(() => isGone);
      await ending;
      letGo(child);
    },
  };
}

/** The exit code, as a shell gives it, once the program is gone and its output was read. */
async function exitOf(child: ChildProcessWithoutNullStreams): Promise<number> {
  const closed = once(child, "close");
  closed.catch(() => undefined);
  const exitCode = await new Promise<number>((resolve) => {
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  });
  await Promise.race([closed, delay(DRAIN_MS)]);
  return exitCode;
}

function write(child: ChildProcessWithoutNullStreams, text: string): Promise<void> {
  return new Promise((resolve) => {
    child.stdin.write(text, () => resolve());
  });
}

/** Nothing of a process that outlived its end may keep this one open. */
function letGo(child: ChildProcessWithoutNullStreams): void {
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
  child.unref();
}
