import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { repository } from "./cli.ts";
import { blocksOf } from "./console-blocks.ts";
import { startSiteProxy } from "./site-proxy.ts";

/** One folder of `examples/`, by what its README says. */
export interface Example {
  readonly name: string;
  /** The command that replays it, as a person would type it. */
  readonly command: string;
  /** Its cassette, relative to the repository. */
  readonly cassette: string;
}

/** The examples that one command replays; what it is recorded from stands beside them. */
export function exampleNames(): readonly string[] {
  const names = readdirSync(resolve(repository, "examples"));
  return names.filter((name) => existsSync(resolve(repository, "examples", name, "answers.yaml")));
}

/** @throws Error when the README does not show exactly one command */
export function readExample(name: string): Example {
  const page = `examples/${name}/README.md`;
  const commands = blocksOf(page)
    .flatMap(({ text }) => text.split("\n"))
    .filter((line) => line.startsWith("npx llm-do "));
  const [command] = commands;
  if (command === undefined || commands.length > 1) {
    throw new Error(`${page} must show one "npx llm-do" command; it shows ${commands.length}`);
  }
  const cassette = /--cassette (\S+)/.exec(command)?.[1];
  if (cassette === undefined) throw new Error(`${page}: its command has no --cassette`);
  return { name, command, cassette };
}

/**
 * Records an example anew into a file of its own, by the same command and from its answers. What
 * needs somebody's word gets it, so that the cassette holds the decision. What goes to the web meets
 * the pages in the example's folder `site` instead, where it has one.
 *
 * @returns the absolute path of the recording, as deep as the cassette, so that what it says of the
 * run's files is the same
 */
export async function recordAnew(example: Example, shell: Shell): Promise<string> {
  const { name, command, cassette } = example;
  const file = cassette.replace(/^cassettes\//, "anew/");
  const script = `--script examples/${name}/answers.yaml --approve-all`;
  const recording = command
    .replace(`--cassette ${cassette}`, `--cassette ${file} ${script}`)
    .replace("--mode replay", "--mode record");
  const site = resolve(repository, "examples", name, "site");
  if (!existsSync(site)) {
    await runShown(recording, shell);
    return resolve(shell.cwd, file);
  }
  await using proxy = await startSiteProxy(site);
  await runShown(recording, { ...shell, env: { ...shell.env, ...proxy.env } });
  return resolve(shell.cwd, file);
}

/** The command line that checks the example's project for what is wrong with it. */
export function checkWords({ name, command }: Example): readonly string[] {
  const files = [...new Set(command.match(/examples\/[^\s'"]+\.(?:worker|m?[jt]s)\b/g))];
  if (files.length === 0) throw new Error(`the command of ${name} names no file of a project`);
  return ["check", ...files];
}

/**
 * The entries of a cassette without what differs in every recording: the timing, and the order in
 * which calls that ran at once came to their ends.
 */
export function comparableEntries(path: string): readonly string[] {
  const text = readFileSync(path, "utf8").replace(/^timing: .*$/gm, "timing: ...");
  return text.trimEnd().split("\n---\n").toSorted();
}

/** Where a command line runs. */
export interface Shell {
  readonly cwd: string;
  /** The whole environment: nothing of this process's leaks in. */
  readonly env: NodeJS.ProcessEnv;
}

const execute = promisify(execFile);

/**
 * Runs a command line with bash.
 *
 * @returns what it wrote to stdout
 * @throws Error with what it wrote to stderr, when it ends with another code than 0
 */
export async function runShown(command: string, shell: Shell): Promise<string> {
  const running = execute("bash", ["--norc", "-c", command], { ...shell, encoding: "utf8" });
  running.child.stdin?.end();
  return (await running).stdout;
}
