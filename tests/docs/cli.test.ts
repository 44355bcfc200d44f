import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createTestProgram } from "../../src/cli/commands/test.ts";
import { EXIT } from "../../src/errors/codes.ts";
import { MODEL_REQUESTS_VARIABLE } from "../../src/project/run/model-requests.ts";
import { parseScript } from "../../src/providers/script/script-file.ts";
import { SCRIPT_ENTRY } from "../../src/providers/script/script-item.ts";
import { CUSTOM_PROVIDERS_VARIABLE } from "../../src/providers/table/custom-providers.ts";
import { PROVIDERS } from "../../src/providers/table/provider-table.ts";
import { repository } from "../support/cli.ts";
import { commandLine } from "../support/command-line.ts";
import { blocksOf } from "../support/console-blocks.ts";
import { tableBelow } from "../support/reference-table.ts";

const page = readFileSync(resolve(repository, "docs/cli.md"), "utf8");

describe("docs/cli.md", () => {
  test("has every flag with its help", () => {
    const flags = commandLine.options.map(({ flags, description }) => [flags, description]);
    const help = commandLine.createHelp().visibleOptions(commandLine).at(-1);
    expect(tableBelow(page, "## Flags")).toEqual([...flags, [help?.flags, help?.description]]);
  });

  test("names every command", () => {
    const groups = commandLine.commands.flatMap((group) =>
      group.commands.length === 0
        ? [`llm-do ${group.name()}`]
        : group.commands.map((command) => `llm-do ${group.name()} ${command.name()}`),
    );
    expect(groups).toContain("llm-do cassette verify");
    for (const command of groups) expect(page).toContain(`\n${command} `);
  });

  test.each([
    "check",
    "types",
    "harden",
    "compare",
    "promote",
    "monitor",
    "soften",
    "import",
    "mcp",
  ])("has every flag of %s with its help", (name) => {
    const command = commandLine.commands.find((each) => each.name() === name);
    const help = command?.createHelp();
    const flags = command && help?.visibleOptions(command);
    const described = flags?.map((option) => [option.flags, help?.optionDescription(option)]);
    expect(tableBelow(page, `## \`llm-do ${name}\``)).toEqual(described);
  });

  test("has every flag of test that is not vitest's, with its help", () => {
    const command = createTestProgram(() => undefined);
    const help = command.createHelp();
    const described = command.options.map((option) => [
      option.flags,
      help.optionDescription(option),
    ]);
    expect(tableBelow(page, "## `llm-do test`")).toEqual(described);
  });

  test.each(["status", "prune", "rekey"])("has every flag of cassette %s with its help", (name) => {
    const group = commandLine.commands.find((each) => each.name() === "cassette");
    const command = group?.commands.find((each) => each.name() === name);
    const help = command?.createHelp();
    const flags = command && help?.visibleOptions(command);
    const described = flags?.map((option) => [option.flags, help?.optionDescription(option)]);
    expect(tableBelow(page, `### \`llm-do cassette ${name}\``)).toEqual(described);
  });

  test("has every exit code once, as the help does", () => {
    const codes = Object.values(EXIT).map(String);
    expect(tableBelow(page, "## Exit codes").map(([code]) => code)).toEqual(codes);
    let help = "";
    commandLine.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    const listed = /Exit codes:\n((?: {2}.*\n)+)/.exec(help)?.[1] ?? "";
    expect([...listed.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => code)).toEqual(codes);
  });

  test("has every provider with the variables of its key and its address", () => {
    const rows = Object.entries(PROVIDERS).map(([name, row]) => {
      const variables = row.keyVariables.map((variable) => `\`${variable}\``).join(" or ");
      const from = row.baseUrlVariable ? ` (or \`${row.baseUrlVariable}\`)` : "";
      const key = `${variables}${row.keyOptional ? " (optional)" : ""}`;
      return `| \`${name}\` | ${key} | \`${row.baseUrl}\`${from} |`;
    });
    const below = page.slice(page.indexOf("\n## Models\n"), page.indexOf("\n## Environment"));
    const shown = below.split("\n").filter((line) => line.startsWith("|"));
    expect(shown.slice(2).map((line) => line.replace(/ +/g, " "))).toEqual(rows);
  });

  test("names the environment variables that the program reads itself", () => {
    const variables = tableBelow(page, "## Environment variables").map(([name]) => name);
    expect(variables).toEqual([
      "LLM_DO_MODEL",
      CUSTOM_PROVIDERS_VARIABLE,
      MODEL_REQUESTS_VARIABLE,
      "CI",
    ]);
  });

  test("has every key of a script, and an example that uses them all", () => {
    const keys = Object.keys(SCRIPT_ENTRY.keys);
    const documented = tableBelow(page, "## Scripts").map(([key]) => key);
    expect(documented.toSorted()).toEqual(keys.toSorted());
    const example = blocksOf("docs/cli.md").find(({ language }) => language === "yaml")?.text ?? "";
    for (const key of keys) expect(example).toMatch(new RegExp(`\\b${key}:`));
    expect(parseScript(example, "docs/cli.md")).toHaveLength(5);
  });
});
