import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { nodeScratchFolders } from "../files/node-scratch-folders.ts";
import { findProgram } from "../processes/find-program.ts";
import { stepsBelow } from "../steps-below.ts";
import { removeAtExit } from "../this-process.ts";
import { startWallHelper, type WallConfig, type WallManager } from "./wall-helper.ts";

/** The package that builds walls; an optional peer, loaded when one is needed. */
const WALL_PACKAGE = "@anthropic-ai/sandbox-runtime";

/** The programs that a wall is built with, by absolute path. */
type WallTools = Readonly<Record<"bash" | "bwrap" | "socat" | "rg", string>>;

/** A package that was loaded, on a machine where its walls hold. */
export interface WallRuntime {
  readonly manager: WallManager;
  readonly tools: WallTools;
  /** Folders with what runs outside the wall: installed packages, this one among them. */
  readonly own: readonly string[];
  /** Starts the proxies that let listed domains through, once. */
  readonly startNetwork: () => Promise<void>;
}

/** What the machine is asked for, so that a test can answer. */
export interface WallMachine {
  readonly platform: NodeJS.Platform;
  readonly path: string | undefined;
  readonly load: () => Promise<WallManager>;
}

const THIS_MACHINE: WallMachine = {
  platform: process.platform,
  get path() {
    return process.env["PATH"];
  },
  load: startManager,
};

const PACKAGES = { bash: "bash", bwrap: "bubblewrap", socat: "socat", rg: "ripgrep" } as const;
const INSTALL = "on Debian and Ubuntu: sudo apt-get install bubblewrap socat ripgrep";
const WITHOUT = 'remove "sandbox" where a container or a virtual machine keeps the programs in';

/** Nothing may be written or reached. */
const CLOSED: WallConfig = {
  network: { allowedDomains: [], deniedDomains: [] },
  filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
};

/** How long the first program behind a wall may take. */
const PROBE_TIMEOUT_MS = 20_000;
/** An exit code that no part of the wall has by itself. */
const PROBE_EXIT = 42;

let standing: Promise<WallRuntime> | undefined;

/**
 * The runtime of this process, loaded and tried out once.
 *
 * @param writable folders that programs behind the wall may write to: no part of it is taken from there
 * @throws LlmDoError `configuration` that says what is missing
 */
export function wallRuntime(writable: readonly string[]): Promise<WallRuntime> {
  standing ??= buildRuntime(writable, THIS_MACHINE);
  standing.catch(() => {
    standing = undefined; // somebody may install what is missing
  });
  return standing;
}

/** The same without a memory. */
export async function buildRuntime(
  writable: readonly string[],
  machine: WallMachine,
): Promise<WallRuntime> {
  const { platform } = machine;
  if (platform !== "linux" && platform !== "darwin") {
    throw noWall(`there is no wall on ${platform}; there is one on Linux and macOS`, [WITHOUT]);
  }
  const manager = await loadManager(machine);
  const tools = findTools(machine, writable);
  const config: WallConfig = {
    ...CLOSED,
    ...(platform === "linux"
      ? { bwrapPath: tools.bwrap, socatPath: tools.socat, ripgrep: { command: tools.rg } }
      : {}),
  };
  await manager.updateConfig(config);
  await checkParts(manager);
  await tryOut(manager, tools);
  let network: Promise<void> | undefined;
  const startNetwork = () => {
    network ??= startProxies(manager, config);
    return network;
  };
  return { manager, tools, own: installedFolders(), startNetwork };
}

async function startManager(): Promise<WallManager> {
  const module = import.meta.resolve(WALL_PACKAGE);
  const { path } = removeAtExit(nodeScratchFolders.make());
  return await startWallHelper(module, path, () => {
    standing = undefined;
  });
}

async function loadManager({ load }: WallMachine): Promise<WallManager> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === MISSING;
    const reason = isMissing
      ? `the package ${WALL_PACKAGE} is not installed`
      : `the package ${WALL_PACKAGE} does not load: ${messageOf(cause)}`;
    const tries = [
      `npm install --save-dev ${WALL_PACKAGE}`,
      `where llm-do is installed globally: npm install --global ${WALL_PACKAGE}`,
      WITHOUT,
    ];
    throw noWall(reason, tries, cause);
  }
}

const MISSING = "ERR_MODULE_NOT_FOUND";

/** A program of the wall that lies where programs behind it may write would be theirs to replace. */
function findTools({ platform, path }: WallMachine, writable: readonly string[]): WallTools {
  const folders = (path ?? "").split(":").filter((folder) => folder.startsWith("/"));
  const searchPath = folders.filter((folder) => !isInOneOf(folder, writable)).join(":");
  const names: readonly (keyof WallTools)[] =
    platform === "linux" ? ["bash", "bwrap", "socat", "rg"] : ["bash"];
  const found = names.map(
    (name) => [name, findProgram(name, { cwd: "/", path: searchPath })] as const,
  );
  const missing = found.flatMap(([name, { kind }]) => (kind === "found" ? [] : [name]));
  if (missing.length > 0) {
    const list = missing.map((name) => `${name} (${PACKAGES[name]})`).join(", ");
    throw noWall(`not found in PATH: ${list}`, [INSTALL, WITHOUT]);
  }
  const paths = found.map(([name, one]) => [name, one.kind === "found" ? one.path : ""]);
  return Object.fromEntries(paths) as WallTools; // of macOS, only bash is asked for
}

/** Without its system call filter a wall has holes: sockets of the system, and namespaces. */
async function checkParts(manager: WallManager): Promise<void> {
  const { errors, warnings } = await manager.checkDependencies();
  const [missing] = [...errors, ...warnings.filter((text) => text.startsWith("seccomp"))];
  if (missing !== undefined) throw noWall(missing, [INSTALL, WITHOUT]);
}

/** Runs a first program that tries to write where it must not. */
async function tryOut(manager: WallManager, { bash }: WallTools): Promise<void> {
  const folder = nodeScratchFolders.make();
  try {
    const file = join(folder, "written");
    const wrapped = await manager.wrapWithSandbox(
      `: 2>/dev/null > ${shellQuote(file)}; exit ${PROBE_EXIT}`,
      bash,
      CLOSED,
    );
    const { exitCode, stderr } = await exitOf(wrapped);
    await manager.cleanupAfterCommand();
    if (existsSync(file)) throw noWall("a first program wrote outside of it", [WITHOUT]);
    if (exitCode !== PROBE_EXIT) throw cannotStand(stderr, exitCode);
  } finally {
    nodeScratchFolders.remove(folder);
  }
}

async function exitOf(wrapped: string) {
  try {
    await promisify(execFile)("/bin/sh", ["-c", `exec ${wrapped}`], { timeout: PROBE_TIMEOUT_MS });
    return { exitCode: 0, stderr: "" };
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    return { exitCode: code, stderr: stderr ?? String(error) };
  }
}

function cannotStand(stderr: string, exitCode: unknown): LlmDoError {
  const said = stderr.trim().split("\n").at(-1) || `exit code ${String(exitCode)}`;
  return noWall(`this system lets nobody build one: ${said}`, [
    "on Ubuntu 24.04 and later: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    "in a container, allow user namespaces (Docker: --security-opt seccomp=unconfined)",
    WITHOUT,
  ]);
}

async function startProxies(manager: WallManager, config: WallConfig): Promise<void> {
  try {
    await manager.initialize(config);
  } catch (error) {
    throw noWall(`its network does not start: ${messageOf(error)}`, [WITHOUT], error);
  }
}

/** Folders of this package and of the runtime, where they are installed as packages. */
function installedFolders(): readonly string[] {
  const files = [fileURLToPath(import.meta.url)];
  try {
    files.push(fileURLToPath(import.meta.resolve(WALL_PACKAGE)));
  } catch {
    // A test's stand-in is not installed.
  }
  return files.map(packageOf).filter((folder) => folder.split(sep).includes("node_modules"));
}

function packageOf(file: string): string {
  for (let folder = dirname(realpathSync(file)); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    const isRoot = existsSync(manifest) && readFileSync(manifest, "utf8").includes('"version"');
    if (isRoot || folder === dirname(folder)) return folder;
  }
}

/** Whether a path is one of the folders, or below it. */
export function isInOneOf(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => stepsBelow(folder, path) !== undefined);
}

export function noWall(reason: string, tries: readonly string[], cause?: unknown): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "set up",
    what: "sandbox: workspace",
    reason,
    tries,
    ...(cause === undefined ? {} : { cause }),
  });
}
