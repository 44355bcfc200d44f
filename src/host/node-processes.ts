import { spawn } from "node:child_process";
import { attendProcess, type StartedProcess } from "./attend-process.ts";
import { findProgram } from "./find-program.ts";
import { guarded } from "./group-guard.ts";
import type { Environment } from "./host.ts";
import { endWithProcess } from "./process-group.ts";
import type { ProcessEnd, Processes, ProcessRequest } from "./processes.ts";
import { isSecretName } from "./secret-names.ts";

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
