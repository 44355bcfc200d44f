import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type CliResult, repository, runNode } from "./cli.ts";
import { folderWith } from "./cli-project.ts";
import { temporaryFolder } from "./host.ts";

/** A folder with these files, and the package, its dependencies and vitest installed beside them. */
export function installedProject(files: Readonly<Record<string, string>>) {
  const folder = folderWith(files);
  const from = installedModules();
  const to = join(folder.path, "node_modules");
  mkdirSync(to);
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
  return folder;
}

let shared: ReturnType<typeof temporaryFolder> | undefined;

// Each file of tests loads this module anew.
afterAll(() => shared?.[Symbol.dispose]());

/**
 * A `node_modules` with all packages, for all projects of a file of tests. llm-do is copied into it, as
 * npm installs it: vitest treats what a link leads to as the user's own code, unless that is below
 * another `node_modules`. Once, since Node keeps what it compiles by the path of a file.
 */
function installedModules(): string {
  if (shared && existsSync(shared.path)) return join(shared.path, "node_modules");
  shared = temporaryFolder();
  const from = join(repository, "node_modules");
  const to = join(shared.path, "node_modules");
  mkdirSync(join(to, "llm-do"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (!name.startsWith(".") && name !== "llm-do") symlinkSync(join(from, name), join(to, name));
  }
  for (const part of ["dist", "package.json"]) {
    cpSync(join(repository, part), join(to, "llm-do", part), { recursive: true });
  }
  return to;
}

/** The whole environment of a command, beside PATH. */
type Env = Readonly<Record<string, string>>;

/** `npx vitest run` */
export function runVitest(cwd: string, env: Env = {}): Promise<CliResult> {
  return runPlain(["node_modules/vitest/vitest.mjs", "run"], cwd, env);
}

/** `npx llm-do test ...` */
export function runLlmDoTest(
  cwd: string,
  words: readonly string[] = [],
  env: Env = {},
): Promise<CliResult> {
  return runPlain(["node_modules/llm-do/dist/bin/llm-do.js", "test", ...words], cwd, env);
}

function runPlain(args: readonly string[], cwd: string, env: Env): Promise<CliResult> {
  return runNode(args, { cwd, env: { NO_COLOR: "1", ...env } });
}
