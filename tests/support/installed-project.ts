import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CliResult, repository, runNode } from "./cli.ts";
import { folderWith } from "./cli-project.ts";
import { temporaryFolder } from "./host.ts";
import { runWarm } from "./warm-command.ts";

/** A folder with these files, and the package, its dependencies and vitest installed beside them. */
export function installedProject(files: Readonly<Record<string, string>>) {
  return projectWith(files, installedModules());
}

/** The same with the package unpacked from the tarball that npm would publish. */
export function packedProject(files: Readonly<Record<string, string>>) {
  return projectWith(files, modulesOf("packed"));
}

function projectWith(files: Readonly<Record<string, string>>, modules: string) {
  const folder = folderWith(files);
  const to = join(folder.path, "node_modules");
  mkdirSync(to);
  for (const name of readdirSync(modules)) symlinkSync(join(modules, name), join(to, name));
  return folder;
}

/** How llm-do gets into a `node_modules`. */
const WAYS = { installed: copyPackage, packed: unpackPackage };

const installedModules = () => modulesOf("installed");

/**
 * A `node_modules` with all packages. llm-do is copied into it, as npm installs it: vitest treats what a
 * link leads to as the user's own code, unless that is below another `node_modules`.
 *
 * It is made once for each build, for all processes, and stays until the next one: Node keeps what it
 * compiles by the path of a file.
 */
function modulesOf(way: keyof typeof WAYS): string {
  const prefix = `llm-do-${way}-${createHash("sha256").update(repository).digest("hex").slice(0, 16)}-`;
  const { ino, mtimeMs } = statSync(join(repository, "dist/bin/llm-do.js"));
  const name = `${prefix}${ino}-${Math.round(mtimeMs)}`;
  const to = join(tmpdir(), name);
  if (!existsSync(to)) {
    // Those of earlier builds; another process may be making the one of this build.
    for (const old of readdirSync(tmpdir())) {
      if (!old.startsWith(prefix) || old === name) continue;
      rmSync(join(tmpdir(), old), { recursive: true, force: true });
    }
    moveInto(to, newModules(WAYS[way]));
  }
  return join(to, "node_modules");
}

function newModules(putPackage: (modules: string) => void): string {
  const { path } = temporaryFolder();
  const from = join(repository, "node_modules");
  const to = join(path, "node_modules");
  mkdirSync(join(to, "llm-do"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (!name.startsWith(".") && name !== "llm-do") symlinkSync(join(from, name), join(to, name));
  }
  putPackage(to);
  return path;
}

function copyPackage(modules: string): void {
  for (const part of ["dist", "package.json"]) {
    cpSync(join(repository, part), join(modules, "llm-do", part), { recursive: true });
  }
}

function unpackPackage(modules: string): void {
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", modules], {
    cwd: repository,
    stdio: "ignore",
  });
  const tarball = readdirSync(modules).find((name) => /^llm-do-.*\.tgz$/.test(name));
  if (tarball === undefined) throw new Error("npm packed nothing");
  execFileSync("tar", ["-xzf", tarball, "-C", "llm-do", "--strip-components=1"], { cwd: modules });
  rmSync(join(modules, tarball));
}

/** Moves a folder whole to where another process may have moved the same meanwhile. */
function moveInto(to: string, made: string): void {
  try {
    renameSync(made, to);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

/** The whole environment of a command, beside PATH. */
type Env = Readonly<Record<string, string>>;

/** `npx vitest run` */
export function runVitest(cwd: string, env: Env = {}): Promise<CliResult> {
  return runNode(["node_modules/vitest/vitest.mjs", "run"], {
    cwd,
    env: { NO_COLOR: "1", ...env },
  });
}

/** `npx llm-do test ...`, see {@link runWarm}. */
export function runLlmDoTest(
  cwd: string,
  words: readonly string[] = [],
  env: Env = {},
): Promise<CliResult> {
  const program = join(installedModules(), "llm-do/dist/bin/llm-do.js");
  return runWarm(program, ["test", ...words], { cwd, env: { NO_COLOR: "1", ...env } });
}
