import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, relative, sep } from "node:path";
import process from "node:process";
import { shellQuote } from "../../words/shell-quote.ts";
import { nodeScratchFolders } from "../files/node-scratch-folders.ts";
import { findProgram } from "../processes/find-program.ts";
import type { Wall, WalledCall, WalledCommand, WallRules } from "./wall.ts";
import { isInOneOf, noWall, type WallRuntime, wallRuntime } from "./wall-runtime.ts";

/** Bytes of an id that lets a program's connections through: what the proxies ask for, at least. */
const ID_BYTES = 16;

/** Variables that only say how the wall is built, so that a program's output may be the same again. */
const UNSET = [
  "CLAUDE_CODE_HOST_HTTP_PROXY_PORT",
  "CLAUDE_CODE_HOST_SOCKS_PROXY_PORT",
  "OLDPWD",
  "SANDBOX_RUNTIME",
  "SHLVL",
];

/** Folders that the runtime lets every program write to; here they are none of a program's business. */
const LENT = ["/tmp/claude", "/private/tmp/claude", "~/.npm/_logs", "~/.claude/debug"];

/**
 * The wall of this machine: bubblewrap on Linux, Seatbelt on macOS.
 *
 * @param workspace the folder that programs work in, absolute
 */
export function nodeWall(workspace: string, given: WallRules): Wall {
  const rules = { ...expanded(given), workspace };
  const checked = async () => {
    checkWritable(rules);
    checkLinks(rules);
    const runtime = await wallRuntime(rules.writable);
    checkTools(runtime, rules);
    return runtime;
  };
  return {
    check: async () => {
      await checked();
    },
    enter: async (call) => {
      const { cwd, program, searchPath = process.env["PATH"] } = call;
      const found = findProgram(program, { cwd, path: searchPath });
      if (found.kind === "missing") return found;
      const runtime = await checked();
      if (rules.network.length > 0) await runtime.startNetwork();
      return await enter(runtime, rules, { ...call, path: found.path });
    },
  };
}

type Rules = WallRules & { readonly workspace: string };

interface FoundCall extends WalledCall {
  /** Where its program was found. */
  readonly path: string;
}

async function enter(
  { manager, tools, own }: WallRuntime,
  rules: Rules,
  call: FoundCall,
): Promise<WalledCommand> {
  const temporary = nodeScratchFolders.make();
  const commandId = randomBytes(ID_BYTES).toString("base64url");
  const lent = LENT.map(atHome).filter((path) => !isInOneOf(path, rules.writable));
  const there = rules.readOnlyIfThere.filter((path) => existsSync(path));
  const readOnly = [...rules.readOnly, ...there, ...othersOf(rules.workspace), ...own, ...lent];
  try {
    const wrapped = await manager.wrapWithSandbox(
      commandOf(call, temporary),
      tools.bash,
      {
        network: { allowedDomains: [], deniedDomains: [] },
        filesystem: {
          denyRead: rules.unreadable.map(literal),
          allowWrite: [...rules.writable, temporary].map(literal),
          denyWrite: readOnly.map(literal),
        },
      },
      undefined,
      { commandId, commandText: call.program },
    );
    if (rules.network.length > 0) {
      await manager.registerCommandNetworkLists(commandId, { allowedDomains: [...rules.network] });
    }
    let hasLeft = false;
    return {
      kind: "ready",
      program: "/bin/sh",
      arguments: ["-c", `exec ${wrapped}`],
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        // The helper takes requests in their order; one that is gone has no more to forget.
        manager.unregisterCommandNetworkLists(commandId).catch(() => undefined);
        manager.cleanupAfterCommand().catch(() => undefined);
        removed(temporary);
      },
    };
  } catch (error) {
    removed(temporary);
    throw error;
  }
}

/** What a shell within the wall is told: to become the program. */
function commandOf({ path, program, arguments: words }: FoundCall, temporary: string): string {
  const argv = [program, path, ...words].map(shellQuote).join(" ");
  return `export TMPDIR=${shellQuote(temporary)}; unset ${UNSET.join(" ")}; exec -a ${argv}`;
}

/** A path is a name, whatever characters it has. */
function literal(path: string) {
  return { path, literal: true as const };
}

/** What others run or believe that work in the same folder: git, editors, agents. */
function othersOf(workspace: string): readonly string[] {
  const git = join(workspace, ".git");
  const there = [".gitmodules", ".vscode", ".idea", ".mcp.json", ".claude", ".envrc"]
    .map((name) => join(workspace, name))
    .filter((path) => existsSync(path));
  const stat = statSync(git, { throwIfNoEntry: false });
  if (stat?.isFile()) return [...there, git]; // of a work tree: says where the repository is
  return stat ? [...there, join(git, "hooks"), join(git, "config")] : there;
}

/** A wall around everything that you own is none. */
function checkWritable({ workspace, writable }: Rules): void {
  const home = homedir();
  const missing = writable.find((folder) => !existsSync(folder));
  if (missing !== undefined) {
    throw noWall(`the folder ${missing}, which programs may write to, does not exist`, [
      `mkdir -p ${shellQuote(missing)}`,
    ]);
  }
  const tooWide = writable.find((folder) => isInOneOf(home, [realpathSync(folder)]));
  if (tooWide === undefined) return;
  const what = tooWide === workspace ? "the project's folder" : `the writable folder ${tooWide}`;
  throw noWall(`${what} holds your home folder, so that nothing of it would be protected`, [
    "put the project into a folder of its own",
  ]);
}

/** What a link leads to can be protected, the link itself cannot: a program could put another file there. */
function checkLinks({ workspace, writable, readOnly, readOnlyIfThere }: Rules): void {
  for (const path of [...readOnly, ...readOnlyIfThere].filter((each) => existsSync(each))) {
    const link = writable.map((folder) => linkOnTheWay(folder, path)).find((found) => found);
    // Package managers link packages, which are not protected anyway.
    if (link === undefined || link.split(sep).includes("node_modules")) continue;
    const shown = relative(workspace, link);
    throw noWall(`${shown} is a link, which a program could replace by a file of its own`, [
      `put the file itself there: ${relative(workspace, realpathSync(path)) || path}`,
    ]);
  }
}

/** The first link on the way from a folder to a path below it. */
function linkOnTheWay(folder: string, path: string): string | undefined {
  if (!isInOneOf(path, [folder])) return undefined;
  let at = folder;
  for (const step of relative(folder, path).split(sep)) {
    at = join(at, step);
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) return at;
  }
  return undefined;
}

/** Programs that build the wall must not be for programs behind it to replace. */
function checkTools({ tools }: WallRuntime, { writable }: Rules): void {
  const roots = writable.map((folder) => realpathSync(folder));
  const weak = Object.values(tools).find((path) =>
    isInOneOf(realpathSync(path), [...roots, ...writable]),
  );
  if (weak === undefined) return;
  throw noWall(`${basename(weak)} lies where programs may write: ${weak}`, [
    "install it for the whole system",
  ]);
}

function expanded(rules: WallRules): WallRules {
  return {
    writable: rules.writable.map(atHome),
    readOnly: rules.readOnly.map(atHome),
    readOnlyIfThere: rules.readOnlyIfThere.map(atHome),
    unreadable: rules.unreadable.map(atHome),
    network: rules.network,
  };
}

function atHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** What another user's file or a full disk keeps there is left. */
function removed(folder: string): void {
  try {
    nodeScratchFolders.remove(folder);
  } catch {
    // The system empties its folder for temporary files.
  }
}
