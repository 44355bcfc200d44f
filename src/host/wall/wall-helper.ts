import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";

/** What a wall is built from, as the package takes it. */
interface WallPolicy {
  readonly network: {
    readonly allowedDomains: readonly string[];
    readonly deniedDomains: readonly string[];
  };
  readonly filesystem: {
    readonly denyRead: readonly LiteralPath[];
    readonly allowWrite: readonly LiteralPath[];
    readonly denyWrite: readonly LiteralPath[];
  };
}

/** A path whose characters stand for themselves. */
interface LiteralPath {
  readonly path: string;
  readonly literal: true;
}

/** A policy, with the programs that walls are built with. */
export interface WallConfig extends WallPolicy {
  readonly bwrapPath?: string;
  readonly socatPath?: string;
  readonly ripgrep?: { readonly command: string };
}

/** What of the package's manager is used; each call rejects with what the manager throws. */
export interface WallManager {
  updateConfig(config: WallConfig): Promise<void>;
  /** Starts the proxies that let listed domains through. */
  initialize(config: WallConfig): Promise<void>;
  checkDependencies(): Promise<{
    readonly errors: readonly string[];
    readonly warnings: readonly string[];
  }>;
  /** Gives the command for `sh` that runs a command for the shell behind a wall. */
  wrapWithSandbox(
    command: string,
    shell: string,
    policy: WallPolicy,
    signal?: undefined,
    options?: { readonly commandId: string; readonly commandText: string },
  ): Promise<string>;
  cleanupAfterCommand(): Promise<void>;
  registerCommandNetworkLists(
    commandId: string,
    lists: { readonly allowedDomains: readonly string[] },
  ): Promise<void>;
  unregisterCommandNetworkLists(commandId: string): Promise<void>;
}

const METHODS: readonly (keyof WallManager)[] = [
  "updateConfig",
  "initialize",
  "checkDependencies",
  "wrapWithSandbox",
  "cleanupAfterCommand",
  "registerCommandNetworkLists",
  "unregisterCommandNetworkLists",
];

/** The helper's program; it is told where the package is, and ends with the process that started it. */
const PROGRAM = `
const { SandboxManager } = await import(process.argv[1]);
process.on("message", async ({ id, method, values }) => {
  try {
    process.send({ id, value: await SandboxManager[method](...values) });
  } catch (error) {
    process.send({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on("disconnect", async () => {
  await SandboxManager.reset().catch(() => undefined);
  process.exit();
});
process.send({ id: 0 });
`;

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts a process that holds the package's manager. The package is one for a whole process, listens
 * for signals, and protects files of the folder that it was started in by making empty ones in it; a
 * process of its own, in an empty folder, keeps all that away from this one.
 *
 * @param packageUrl the package's module
 * @param folder an empty one
 * @param onEnd told when the process is gone
 */
export async function startWallHelper(
  packageUrl: string,
  folder: string,
  onEnd: () => void,
): Promise<WallManager> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM, packageUrl], {
    cwd: folder,
    detached: true, // Ctrl-C is for this process, which ends the helper
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child.unref();
  const ask = asking(child, onEnd);
  await ask(undefined);
  const methods = METHODS.map((method) => [method, (...values: unknown[]) => ask(method, values)]);
  return Object.fromEntries(methods) as WallManager; // each with what the manager's own takes and gives
}

/** Sends requests; while one has no answer, and only then, the helper keeps this process alive. */
function asking(child: ChildProcess, onEnd: () => void) {
  const waiting = new Map<number, Waiting>();
  let last = -1;
  const settle = ({ id, value, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) child.channel?.unref();
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  };
  const fail = (error: Error) => {
    onEnd();
    for (const id of [...waiting.keys()]) settle({ id, error: error.message });
  };
  child.on("message", settle);
  child.once("error", fail);
  child.once("exit", (code) => fail(new Error(`its helper ended with exit code ${code}`)));
  return (method: string | undefined, values: readonly unknown[] = []) =>
    new Promise<unknown>((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      child.channel?.ref();
      if (method !== undefined && child.connected) child.send({ id: last, method, values });
      else if (method !== undefined) settle({ id: last, error: "its helper is gone" });
    });
}
