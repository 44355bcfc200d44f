import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";

const src = resolve(import.meta.dirname, "../../src");

/** Rooms of the house from the ground up; a room may import from its own floor and those below. */
const FLOORS: readonly (readonly string[])[] = [
  ["errors"],
  ["words"],
  ["host", "model", "yaml", "statistics"],
  ["format", "report"],
  ["providers", "cassette", "functions", "worker", "approval", "certificate"],
  ["runtime"],
  ["toolsets", "project"],
  ["testing", "hardening", "ui", "mcp-server", "telemetry", "oauth"],
  ["api"],
  ["cli"],
  ["bin", "index.ts"],
];

/**
 * The rooms inside of a room, from the top floor down. Here those of one floor know nothing of each other;
 * files that stand loose in the room are on no floor, unless they are named.
 */
const INNER_FLOORS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  cassette: [
    ["session", "upkeep"],
    ["miss"],
    ["state"],
    ["read"],
    ["file", "rules"],
    ["secrets", "gates.ts"],
  ],
  cli: [
    ["start.ts"],
    ["main.ts"],
    ["program.ts"],
    ["commands.ts"],
    ["commands"],
    ["run", "upkeep"],
    ["command.ts"],
  ],
  hardening: [["promote"], ["compare", "import", "watch", "write"], ["agree", "recordings"]],
  "hardening/compare": [["report"], ["labels"], ["run"], ["trial"]],
  "hardening/write": [["synth"], ["sandbox", "scaffold", "scan", "soften"]],
  host: [["wall"], ["locks", "processes"], ["files"], ["confined"]],
  project: [["types"], ["check", "kept"], ["run"], ["link"], ["lock"], ["config", "load"]],
  providers: [
    ["output"],
    ["anthropic", "openai-chat", "openai-responses", "script", "table"],
    ["wire"],
  ],
  "providers/wire": [["errors"], ["answer", "client", "request"], ["schema"]],
  runtime: [["run.ts"], ["call"], ["worker"], ["state"]],
  testing: [
    ["calibrate", "models", "vitest"],
    ["against", "faults"],
    ["batch"],
    ["add", "mutate", "report", "status"],
    ["api", "cases"],
    ["run", "settings", "verdict"],
  ],
  "testing/cases": [["run"], ["judge"], ["check"], ["file"]],
  "testing/vitest": [
    ["run"],
    ["config", "cases", "fixtures"],
    ["matchers", "reporters", "test", "watch"],
  ],
  toolsets: [["mcp", "shell"], ["sandbox", "workers"], ["filesystem"]],
};

/** Rooms that must not know of each other although they share a floor. */
const STRANGERS: readonly (readonly [from: string, to: string])[] = [
  ["api", "testing"],
  ["api", "mcp-server"],
  ["api", "ui"],
  ["cassette", "providers"],
  ["cassette", "functions"],
  ["cassette", "worker"],
  ["cassette", "approval"],
  ["providers", "cassette"],
  ["worker", "providers"],
  ["worker", "functions"],
  ["hardening", "ui"],
  ["testing", "ui"],
  ["ui", "hardening"],
];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => join(src, file));

const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const { module } = parseSync(file, readFileSync(file, "utf8"));
  const specifiers = [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) =>
      readFileSync(file, "utf8")
        .slice(moduleRequest.start, moduleRequest.end)
        .replace(/^["'`](.*)["'`]$/, "$1"),
    ),
  ];
  return specifiers
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from: file, to: resolve(dirname(file), specifier) }));
}

function roomOf(file: string): string {
  return relative(src, file).split("/")[0] ?? "";
}

function floorOf(file: string): number {
  return FLOORS.findIndex((floor) => floor.includes(roomOf(file)));
}

function shown({ from, to }: Import): string {
  return `${relative(src, from)} -> ${relative(src, to)}`;
}

describe("the house", () => {
  test("has imports to look at", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(files.length);
  });

  test("has every file in a room with a floor", () => {
    expect(files.filter((file) => floorOf(file) < 0).map((file) => relative(src, file))).toEqual(
      [],
    );
  });

  test("is imported downwards only", () => {
    expect(imports.filter(({ from, to }) => floorOf(to) > floorOf(from)).map(shown)).toEqual([]);
  });

  test.each(STRANGERS)("%s knows nothing of %s", (from, to) => {
    const found = imports.filter((edge) => roomOf(edge.from) === from && roomOf(edge.to) === to);
    expect(found.map(shown)).toEqual([]);
  });

  test.each(Object.entries(INNER_FLOORS))("%s goes down floor by floor", (room, floors) => {
    const innerOf = (file: string) => relative(join(src, room), file).split("/")[0] ?? "";
    const inner = imports.filter(({ from, to }) => innerOf(from) !== innerOf(to));
    const floor = (file: string) => floors.findIndex((names) => names.includes(innerOf(file)));
    expect(floors.flat().filter((name) => !existsSync(join(src, room, name)))).toEqual([]);
    const wrong = inner.filter(({ from, to }) => floor(from) >= floor(to) && floor(to) >= 0);
    expect(wrong.filter(({ from }) => floor(from) >= 0).map(shown)).toEqual([]);
  });

  test("has no cycles", () => {
    expect(findCycle()).toEqual([]);
  });
});

/** The files of one cycle, or nothing. */
function findCycle(): readonly string[] {
  const edges = new Map<string, string[]>();
  for (const { from, to } of imports) edges.set(from, [...(edges.get(from) ?? []), to]);
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): readonly string[] {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  }
  for (const file of files) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle.map((member) => relative(src, member));
  }
  return [];
}
