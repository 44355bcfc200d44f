import { Help } from "commander";
import { describe, expect, test } from "vitest";
import { commandLine } from "../../tests/support/command-line.ts";
import { testHost } from "../../tests/support/host.ts";
import { main } from "./main.ts";

/** What a command line writes, and its exit code. */
async function said(...argv: readonly string[]) {
  const host = testHost();
  const code = await main({ argv, host, signal: new AbortController().signal, version: "0.0.0" });
  return { ...host.written, code };
}

const groups = commandLine.commands.filter(({ commands }) => commands.length > 0);
const all = [commandLine, ...groups].flatMap((parent) =>
  parent.commands
    .filter(({ commands }) => commands.length === 0)
    .map((command) => ({
      words: [...(parent === commandLine ? [] : [parent.name()]), command.name()],
      command,
      listed: parent.createHelp().subcommandTerm(command),
    })),
);

describe("the table of commands", () => {
  test("has the commands of a group, too", () => {
    expect(all.map(({ words }) => words.join(" "))).toContain("cassette prune");
    expect(all.length).toBeGreaterThan(12);
  });

  test.each(all)("lists $listed as it is defined", ({ command, listed }) => {
    expect(listed).toBe(Help.prototype.subcommandTerm(command));
  });

  test("lists a group without arguments", () => {
    for (const group of groups) {
      const listed = commandLine.createHelp().subcommandTerm(group);
      expect(listed).toBe(Help.prototype.subcommandTerm(group));
    }
  });
});

describe("the help", () => {
  test("lists every command with its summary, one a line", async () => {
    const { stdout, code } = await said("--help");
    for (const command of commandLine.commands) {
      const listed = commandLine.createHelp().subcommandTerm(command);
      const line = stdout.split("\n").find((each) => each.startsWith(`  ${listed}  `));
      expect(line?.trim()).toMatch(/ {2,}\S/);
      expect(stdout.replace(/\s+/g, " ")).toContain(command.description());
    }
    expect(code).toBe(0);
  });

  test.each(all.filter(({ words }) => words[0] !== "test"))(
    "of $listed has its flags but older names, wherever a flag of the program stands",
    async ({ words, command }) => {
      const help = await said(...words, "--help");
      expect(help.stdout).toContain(`Usage: llm-do ${words.join(" ")} [options]`);
      for (const { flags, hidden } of command.options)
        expect(help.stdout.includes(`  ${flags} `), flags).toBe(!hidden);
      expect(await said("--json", ...words, "--help")).toEqual(help);
      expect(help).toMatchObject({ stderr: "", code: 0 });
    },
  );

  test("of a group lists its commands, and help NAME is the help of one", async () => {
    const { stdout } = await said("cassette", "--help");
    expect(stdout).toContain("\n  status [options] [CASSETTE...]  say which");
    expect(stdout).toContain("\n  help [command]                  display help for command\n");
    const help = await said("cassette", "help", "prune");
    expect(help).toEqual(await said("cassette", "prune", "--help"));
    expect(help.stdout).toContain("--stale");
  });
});

describe("a command line that is wrong", () => {
  const failed = (reason: string, ...tries: readonly string[]) =>
    [`Failed to read "command line": ${reason}`, ...tries.map((hint) => `Try: ${hint}`), ""].join(
      "\n",
    );

  test.each(all.filter(({ words }) => words[0] !== "test"))(
    "is told of a flag that $listed does not have",
    async ({ words }) => {
      const stderr = failed("unknown option '--wrong'", `llm-do ${words.join(" ")} --help`);
      expect(await said(...words, "--wrong")).toEqual({ stdout: "", stderr, code: 2 });
    },
  );

  test.each([
    [["compare", "a.worker"], "missing required argument 'TOOL'", ["llm-do compare --help"]],
    [["cassette", "show"], "missing required argument 'CASSETTE'", ["llm-do cassette show --help"]],
    [["init", "a", "b"], "too many arguments for 'init'. Expected 1 argument but got 2: a, b", []],
    [["comapre", "a", "b"], "unknown command 'comapre'", ["llm-do compare a b", "llm-do --help"]],
    [["cassette", "shwo"], "unknown command 'shwo'", ["show", "llm-do cassette --help"]],
    [["cassette"], "it does not say what to do", ["llm-do cassette verify FILE"]],
    [["promote", "a", "--share", "2"], "It must be a number above 0 and at most 1", []],
    [
      ["--headless", "monitor"],
      "llm-do monitor does not take --headless",
      ["llm-do monitor --help"],
    ],
    [
      ["cassette", "status", "--mode", "auto"],
      "llm-do cassette status does not take --mode",
      ["llm-do cassette status --help"],
    ],
  ])("is told of: %j", async (argv, reason, tries) => {
    const { stdout, stderr, code } = await said(...argv);
    expect(stderr).toContain(reason);
    for (const hint of tries) expect(stderr).toContain(`Try: ${hint}\n`);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });

  test("is told as JSON where a flag before the command asks for it", async () => {
    const { stderr } = await said("--json", "compare", "a.worker");
    expect(JSON.parse(stderr)).toMatchObject({ kind: "error", code: "usage" });
  });
});
