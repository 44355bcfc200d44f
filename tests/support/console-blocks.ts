import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { repository } from "./cli.ts";

const run = promisify(execFile);

/** One command of a page, with what the page says that it prints. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string;
  readonly line: number;
}

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  /** The file of the repository that it quotes whole, as in "```ts examples/server/server.ts". */
  readonly file: string | undefined;
  readonly text: string;
  /** Line of its first line of text, from 1. */
  readonly line: number;
}

export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(resolve(repository, page), "utf8");
  return [...text.matchAll(/^```(\w*)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? "",
    file: match[2],
    text: match[3] ?? "",
    line: text.slice(0, match.index).split("\n").length + 1,
  }));
}

/**
 * The commands of a page's `console` blocks: a line that begins with `$ ` is a command, goes on
 * over lines that end in a backslash or up to the end of a here-document, and prints the lines below.
 */
export function shownCommands(page: string): readonly ShownCommand[] {
  return blocksOf(page)
    .filter(({ language }) => language === "console")
    .flatMap(({ text, line }) => {
      const commands: ShownCommand[] = [];
      const lines = text.replace(/\n$/, "").split("\n");
      for (let index = 0; index < lines.length; ) {
        const start = index;
        const first = lines[index++] ?? "";
        if (!first.startsWith("$ "))
          throw new Error(`${page}:${line + start}: expected "$ command"`);
        let command = first.slice(2);
        const marker = /<<'?(\w+)'?/.exec(command)?.[1];
        while (
          index < lines.length &&
          (command.endsWith("\\") || (marker && lines[index - 1] !== marker))
        ) {
          command += `\n${lines[index++]}`;
        }
        const output: string[] = [];
        while (index < lines.length && !lines[index]?.startsWith("$ "))
          output.push(lines[index++] ?? "");
        commands.push({ command, output: output.join("\n"), line: line + start });
      }
      return commands;
    });
}

/** A folder as a reader of the pages has it: the examples, their cassettes, and `npx` for what is installed. */
export function prepareFolder(folder: string): NodeJS.ProcessEnv {
  for (const part of ["examples", "cassettes"]) {
    // Tests of programs are recorded where those are run: tests/programs.
    const filter = (path: string) => !path.endsWith(".test.ts");
    cpSync(join(repository, part), join(folder, part), { recursive: true, filter });
  }
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  const node = `exec "${process.execPath}"`;
  const started = {
    "llm-do": join(repository, "dist/bin/llm-do.js"),
    vitest: join(repository, "node_modules/vitest/vitest.mjs"),
  };
  const choices = Object.entries(started).map(
    ([name, path]) => `${name}) ${node} "${path}" "$@";;`,
  );
  writeFileSync(
    join(bin, "npx"),
    `#!/bin/sh\nname=$1\nshift\ncase $name in\n${choices.join("\n")}\nesac\n`,
    { mode: 0o755 },
  );
  const packages = join(folder, "node_modules");
  mkdirSync(packages);
  symlinkSync(repository, join(packages, "llm-do"));
  for (const name of ["fast-check", "vitest", "zod"]) {
    symlinkSync(join(repository, "node_modules", name), join(packages, name));
  }
  return { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
}

/** The folder of the commands after this one: `cd FOLDER` alone on its line holds for the rest of the page. */
export function folderAfter(command: string, folder: string): string {
  const [, into] = /^cd (\S+)$/.exec(command) ?? [];
  return into === undefined ? folder : resolve(folder, into);
}

/** What a command prints, on both outputs, as a terminal shows it. */
export async function printed(
  command: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  // Of a space, for commands that begin with a parenthesis themselves.
  const script = `( ${command}\n) 2>&1 < /dev/null; true`;
  // Without the person's own start-up files.
  const { stdout } = await run("bash", ["--norc", "-c", script], { cwd: folder, env });
  return stdout.replace(/\n$/, "");
}
