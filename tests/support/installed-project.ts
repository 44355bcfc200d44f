import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type CliResult, repository, runNode } from "./cli.ts";
import { folderWith } from "./cli-project.ts";

/** A folder with these files, and the package, its dependencies and vitest installed beside them. */
export function installedProject(files: Readonly<Record<string, string>>) {
  const folder = folderWith(files);
  const from = join(repository, "node_modules");
  const to = join(folder.path, "node_modules");
  mkdirSync(join(to, "llm-do"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (!name.startsWith(".")) symlinkSync(join(from, name), join(to, name));
  }
  // Copied, as npm installs it: vitest treats what a link leads to as the user's own code.
  for (const part of ["dist", "package.json"]) {
    cpSync(join(repository, part), join(to, "llm-do", part), { recursive: true });
  }
  return folder;
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
