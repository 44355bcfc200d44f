import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { readSources } from "../../scripts/house/source-file.ts";
import { repository } from "../support/cli.ts";

/** What programs do not need: a bundler would take it along, lazy imports included. */
const FOREIGN =
  /^(?:cli|testing|bin|mcp-server)\/|^(?:vitest|commander|@stryker-mutator|vite)(?:\/|$)/;

/** Everything that these files import, directly or not, each with the file that imports it first. */
function reachedFrom(
  start: string,
  importsOf: (file: string) => readonly string[],
): ReadonlyMap<string, string> {
  const reached = new Map([[start, ""]]);
  for (const file of reached.keys()) {
    for (const next of importsOf(file)) if (!reached.has(next)) reached.set(next, file);
  }
  return reached;
}

const shown = (reached: ReadonlyMap<string, string>) =>
  [...reached]
    .filter(([file]) => FOREIGN.test(file))
    .map(([file, importer]) => `${importer} -> ${file}`);

describe("a program that imports llm-do", () => {
  test("reaches neither the command nor the test runner in the sources, also not lazily", () => {
    const files = new Map(
      readSources(join(repository, "src")).map((file) => [file.path, file] as const),
    );
    const reached = reachedFrom("index.ts", (path) =>
      (files.get(path)?.imports ?? []).filter(({ kind }) => kind !== "type").map(({ to }) => to),
    );
    expect(reached.size).toBeGreaterThan(200);
    expect(shown(reached)).toEqual([]);
  });

  test("reaches neither of them in the bundle", () => {
    const reached = reachedFrom("index.js", (file) =>
      file.endsWith(".js") ? importsOfBundled(file) : [],
    );
    expect(reached.size).toBeGreaterThan(20);
    const sources = new Map(
      [...reached.keys()]
        .filter((file) => file.endsWith(".js"))
        .flatMap((file) => sourcesIn(file).map((source) => [source, file] as const)),
    );
    expect(sources.has("project/run/run-project.ts")).toBe(true);
    expect([...shown(reached), ...shown(sources)]).toEqual([]);
  });
});

test("the command turns the compile cache on before it imports anything of the bundle", () => {
  const { module } = parseSync("a.js", bundled("bin/llm-do.js"));
  expect(module.staticImports.map(({ moduleRequest }) => moduleRequest.value)).toEqual([
    "node:module",
  ]);
});

function bundled(file: string): string {
  return readFileSync(join(repository, "dist", file), "utf8");
}

/** Paths relative to `dist`, and names of packages. */
function importsOfBundled(file: string): readonly string[] {
  const text = bundled(file);
  const { module } = parseSync(file, text);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) => {
      const [, name] =
        /^["'`]([^$]*)["'`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end)) ?? [];
      return name === undefined ? [] : [name];
    }),
  ];
  return requests.map((name) =>
    name.startsWith(".") ? posix.join(posix.dirname(file), name) : name,
  );
}

/** The sources in a file of the bundle, relative to `src`. */
function sourcesIn(file: string): readonly string[] {
  return [...bundled(file).matchAll(/^\/\/ src\/(\S+\.ts)$/gm)].map(([, source = ""]) => source);
}

test("every file of the bundle says which sources are in it", () => {
  const chunks = readdirSync(join(repository, "dist/chunks"));
  expect(chunks.flatMap((name) => sourcesIn(`chunks/${name}`)).length).toBeGreaterThan(500);
});
