import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { toolset } from "../../src/functions/toolset.ts";
import { codeFile, load, workerFile } from "../support/loading.ts";

/** A toolset whose only tool is named after what the schema makes of its configuration. */
const searchTools = (schema: string) =>
  codeFile(
    `export const searchTools = toolset(${schema}, (config) =>
       toolset({ [JSON.stringify(config).replace(/\\W/g, "_")]: aTool("told") }));`,
  );

const STRICT = `z.strictObject({
  limit: z.number().default(10),
  site: z.strictObject({ name: z.string(), paths: z.array(z.string()).optional() }).optional(),
})`;

/** What a worker with such a configuration is told; the first line is line 4. */
async function loaded(schema: string, ...lines: readonly string[]) {
  const { project, report } = await load({
    "main.worker": workerFile("toolsets:", "  searchTools:", ...lines.map((line) => `    ${line}`)),
    "tools.ts": searchTools(schema),
  });
  const main = project?.entry;
  return { report, tools: main?.kind === "worker" ? [...main.functions.keys()] : [] };
}

describe("a toolset with a schema", () => {
  test("is made from what the schema makes of the configuration", async () => {
    expect(await loaded(STRICT, "site: { name: docs }")).toEqual({
      report: "",
      tools: ["__limit__10__site____name___docs___"],
    });
    expect((await loaded(STRICT)).report).toBe("");
  });

  test("reports a misspelt key at its own place, with the key that is meant", async () => {
    expect((await loaded(STRICT, "limt: 5")).report).toBe(
      [
        'Failed to load "main.worker": "searchTools" refused its configuration: "toolsets.searchTools": Unrecognized key: "limt"',
        "  at main.worker:4:5",
        'Try: write "limit"',
      ].join("\n"),
    );
  });

  test.each<[what: string, lines: readonly string[], place: string, says: string]>([
    ["a misspelt key inside", ["site:", "  name: a", "  path: []"], "6:7", 'Try: write "paths"'],
    [
      "a misspelt key, before the one that it is",
      ["site: { nam: a }"],
      "4:13",
      'Try: write "name"',
    ],
    ["a wrong value", ["limit: many"], "4:12", '"toolsets.searchTools.limit": Invalid input'],
    ["an item", ["site:", "  name: a", "  paths: [a, 7]"], "6:18", "searchTools.site.paths[1]"],
    ["a key that is missed", ["site: { paths: [] }"], "4:11", '"toolsets.searchTools.site.name"'],
  ])("reports %s at its place", async (_what, lines, place, says) => {
    const { report } = await loaded(STRICT, ...lines);
    expect(report).toContain(`\n  at main.worker:${place}`);
    expect(report).toContain(says);
  });

  test.each([
    ["a record", "z.record(z.enum(['a', 'b']), z.number())", "c: 1", "4:5"],
    ["another library", likeValibot("key"), "limt: 5", "4:5"],
    ["another library's value", likeValibot("value"), "limt: 5", "4:11"],
  ])("knows what %s says of a key", async (_what, schema, line, place) => {
    expect((await loaded(schema, line)).report).toContain(`\n  at main.worker:${place}`);
  });

  test("cannot check asynchronously", async () => {
    const schema = "z.object({}).refine(async () => true)";
    expect((await loaded(schema)).report).toContain("its schema checks asynchronously");
  });

  test("may be a function, and need not describe itself", async () => {
    const schema = `Object.assign(() => {}, { "~standard": {
      version: 1, vendor: "mine", validate: () => ({ value: { ok: true } }) } })`;
    expect((await loaded(schema)).tools).toEqual(["__ok__true_"]);
  });
});

function likeValibot(origin: "key" | "value"): string {
  const path = `[{ type: "object", origin: "${origin}", key: "limt", value: 5 }]`;
  return `{ "~standard": { version: 1, vendor: "other", validate: () => (
    { issues: [{ message: "Invalid key", path: ${path} }] }) } }`;
}

test("the factory's configuration has the type that the schema gives", () => {
  toolset(z.object({ limit: z.string().transform(Number) }), (config, place) => {
    expectTypeOf(config).toEqualTypeOf<{ limit: number }>();
    expectTypeOf(place.cwd).toEqualTypeOf<string>();
    return toolset({});
  });
  // @ts-expect-error a schema without a factory makes no toolset
  toolset(z.object({ limit: z.number() }));
});
