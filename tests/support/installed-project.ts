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
  const folder = folderWith(files);
  const from = installedModules();
  const to = join(folder.path, "node_modules");
  mkdirSync(to);
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
  return folder;
}

/**
 * A `node_modules` with all packages. llm-do is copied into it, as npm installs it: vitest treats what a
 * link leads to as the user's own code, unless that is below another `node_modules`.
 *
 * It is made once for each build, for all processes, and stays until the next one: Node keeps what it
 * compiles by the path of a file.
 */
function installedModules(): string {
  const prefix = `llm-do-installed-${createHash("sha256").update(repository).digest("hex").slice(0, 16)}-`;
  const { ino, mtimeMs } = statSync(join(repository, "dist/bin/llm-do.js"));
  const name = `${prefix}${ino}-${Math.round(mtimeMs)}`;
  const to = join(tmpdir(), name);
  if (!existsSync(to)) {
    // Those of earlier builds; another process may be making the one of this build.
    for (const old of readdirSync(tmpdir())) {
      if (!old.startsWith(prefix) || old === name) continue;
      rmSync(join(tmpdir(), old), { recursive: true, force: true });
    }
    moveInto(to, newModules());
  }
  return join(to, "node_modules");
}

function newModules(): string {
  const { path } = temporaryFolder();
  const from = join(repository, "node_modules");
  const to = join(path, "node_modules");
  mkdirSync(join(to, "llm-do"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (!name.startsWith(".") && name !== "llm-do") symlinkSync(join(from, name), join(to, name));
  }
  for (const part of ["dist", "package.json"]) {
    cpSync(join(repository, part), join(to, "llm-do", part), { recursive: true });
  }
  return path;
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
