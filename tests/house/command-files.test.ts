import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";

const src = resolve(import.meta.dirname, "../../src");

/** What a command file may load before its action runs: small, or needed by every command. */
const LIGHT = [
  "cli/command.ts",
  "errors/",
  "words/",
  "ui/json-view.ts",
  // Defaults that the help shows.
  "hardening/compare/compare-request.ts",
  "functions/answer-mode.ts",
  "statistics/detector.ts",
];

/** Reads its own line, with flags of the room that it tests with; the help of no other needs it. */
const READS_ITS_LINE = "commands/test.ts";

const commands = readdirSync(join(src, "cli/commands"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => join("commands", file))
  .filter((file) => file !== READS_ITS_LINE);

/** The files that a file imports statically for more than types. */
function loadedBy(file: string): readonly string[] {
  const { module } = parseSync(file, readFileSync(join(src, file), "utf8"));
  const imported = module.staticImports
    .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
    .map(({ moduleRequest }) => moduleRequest.value);
  const handedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest && !isType ? [moduleRequest.value] : [],
    ),
  );
  return [...imported, ...handedOn]
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => relative(src, resolve(src, dirname(file), specifier)));
}

test("there are files of commands", () => {
  expect(commands.length).toBeGreaterThan(12);
});

test.each(commands)("cli/%s loads its work when it runs", (command) => {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    loadedBy(file).forEach(visit);
  };
  loadedBy(join("cli", command)).forEach(visit);
  expect([...seen].filter((file) => !LIGHT.some((light) => file.startsWith(light)))).toEqual([]);
});
