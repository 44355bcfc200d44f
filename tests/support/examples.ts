import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { repository } from "./cli.ts";
import { blocksOf } from "./console-blocks.ts";

/** One folder of `examples/`, by what its README says. */
export interface Example {
  readonly name: string;
  /** The command that replays it, as a person would type it. */
  readonly command: string;
  /** Its cassette, relative to the repository. */
  readonly cassette: string;
}

export function exampleNames(): readonly string[] {
  const entries = readdirSync(resolve(repository, "examples"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
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
 * The same command, recording anew from the example's answers into another file. What needs somebody's
 * word gets it, so that the cassette holds the decision.
 */
export function recordCommand({ name, command, cassette }: Example, file: string): string {
  const script = `--script examples/${name}/answers.yaml --approve-all`;
  return command
    .replace(`--cassette ${cassette}`, `--cassette ${file} ${script}`)
    .replace("--mode replay", "--mode record");
}

/** What checks the example's project for what is wrong with it. */
export function checkCommand({ name, command }: Example): string {
  const files = [...new Set(command.match(/examples\/[^\s'"]+\.(?:worker|m?[jt]s)\b/g))];
  if (files.length === 0) throw new Error(`the command of ${name} names no file of a project`);
  return `npx llm-do check ${files.join(" ")}`;
}

/** A cassette's text without what differs in every recording. */
export function withoutTimings(path: string): string {
  return readFileSync(path, "utf8").replace(/^timing: .*$/gm, "timing: ...");
}

/** Runs a command line with bash; nothing of this process's environment leaks in but the path. */
export function runShown(command: string, cwd: string, env: NodeJS.ProcessEnv): string {
  return execFileSync("bash", ["--norc", "-c", command], {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
