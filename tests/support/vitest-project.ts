import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CliOptions, type CliResult, repository, runCli } from "./cli.ts";
import { temporaryFolder } from "./host.ts";
import { runHere } from "./in-process.ts";
import { writeFiles } from "./project.ts";
import { runWarm } from "./warm-command.ts";

/** A project as a user has it, with llm-do and vitest below its `node_modules`. */
export interface VitestProject extends Disposable {
  readonly path: string;
  write(files: Readonly<Record<string, string>>): void;
  /** `llm-do test` with these words, see {@link runWarm}. Options other than `env` start a process. */
  test(words?: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** The same in this process, see {@link runHere}: for words that do not start vitest. */
  testHere(words?: readonly string[], options?: Pick<CliOptions, "env">): Promise<CliResult>;
  /** `npx vitest` with these words, without llm-do's command. */
  vitest(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>;
}

const PLAIN = { NO_COLOR: "1" };

const COMMAND = join(repository, "dist/bin/llm-do.js");

export function vitestProject(files: Readonly<Record<string, string>>): VitestProject {
  const folder = temporaryFolder();
  linkPackages(folder.path, ["llm-do", "vitest", "zod", "vite"]);
  writeFiles(folder.path, { "package.json": '{ "type": "module" }', ...files });
  return projectIn(folder.path, () => folder[Symbol.dispose]());
}

/** A copy of a project with what was recorded in it. */
export function copyOf(project: VitestProject): VitestProject {
  const folder = temporaryFolder();
  cpSync(project.path, folder.path, { recursive: true, verbatimSymlinks: true });
  return projectIn(folder.path, () => folder[Symbol.dispose]());
}

function projectIn(path: string, dispose: () => void): VitestProject {
  return {
    path,
    write: (files) => writeFiles(path, files),
    test: (words = [], { env, ...options } = {}) => {
      const plain = { cwd: path, env: { ...PLAIN, ...env } };
      return Object.keys(options).length === 0
        ? runWarm(COMMAND, ["test", ...words], plain)
        : runCli(["test", ...words], { ...options, ...plain });
    },
    testHere: (words = [], { env } = {}) =>
      runHere(["test", ...words], { cwd: path, env: { ...PLAIN, ...env } }),
    vitest: (words, env = {}) => runVitest(words, path, { ...PLAIN, ...env }),
    [Symbol.dispose]: dispose,
  };
}

/** Links packages of this repository into a folder; `llm-do` is the repository itself. */
export function linkPackages(folder: string, packages: readonly string[]): void {
  for (const name of packages) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(name === "llm-do" ? repository : join(repository, "node_modules", name), link);
  }
}

function runVitest(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<CliResult> {
  const bin = join(repository, "node_modules/vitest/vitest.mjs");
  const child: ChildProcess = spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((done, reject) => {
    child.on("error", reject);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}
