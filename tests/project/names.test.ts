import { describe, expect, test } from "vitest";
import { codeFile, load, workerFile } from "../support/loading.ts";

const functionsOf = (project: Awaited<ReturnType<typeof load>>["project"], name: string) => {
  const target = project?.space.get(name);
  return target?.kind === "worker" ? [...target.functions.keys()] : [];
};

describe("a project's functions", () => {
  test("are its workers, its exported tools and the tools of exported toolsets", async () => {
    const { project } = await load({
      "main.worker": workerFile("toolsets: { texts: {}, count: {}, helper: {} }"),
      "helper.worker": workerFile("description: Helps."),
      "tools.ts": codeFile(
        'export const count = aTool("count");',
        'export const texts = toolset({ trim: aTool("trim"), split: aTool("split") });',
        'export const _private = aTool("private");',
        'export const _group = toolset({ inner: aTool("inner") });',
        "export const other = { tools: {} };",
        "export const nothing = null;",
      ),
    });
    expect([...(project?.space.keys() ?? [])]).toEqual([
      "main",
      "helper",
      "count",
      "trim",
      "split",
    ]);
    expect(functionsOf(project, "main")).toEqual(["trim", "split", "count", "helper"]);
    expect(project?.entry.name).toBe("main");
  });

  test("are found by brand, whichever copy of the package made them", async () => {
    const { project } = await load({
      "main.worker": workerFile("toolsets: { group: {} }"),
      "tools.mjs": `
const schema = { "~standard": { version: 1, vendor: "v", validate: (value) => ({ value }),
  jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) } } };
const made = { [Symbol.for("llm-do.tool")]: true, description: "d", input: schema, output: undefined,
  effect: "pure", run: () => "ran" };
export const single = made;
export const group = { [Symbol.for("llm-do.toolset")]: true, tools: { inner: made } };`,
    });
    expect([...(project?.space.keys() ?? [])]).toEqual(["main", "single", "inner"]);
    expect(functionsOf(project, "main")).toEqual(["inner"]);
  });

  test.each([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"])(
    "come from code files that end in %s",
    async (extension) => {
      const { project } = await load({
        [`tools${extension}`]: codeFile('export const count = aTool("count");'),
      });
      expect(project?.entry.name).toBe("count");
    },
  );

  test("are there once when a file is named twice", async () => {
    const { project } = await load(
      { "main.worker": workerFile() },
      { files: ["main.worker", "./main.worker"] },
    );
    expect([...(project?.space.keys() ?? [])]).toEqual(["main"]);
  });
});

describe("a name that two things have is an error that names both files", () => {
  test.each<[string, Record<string, string>, string]>([
    [
      "two workers",
      { "a.worker": workerFile("name: same"), "b.worker": workerFile("name: same") },
      "two functions have this name: one in a.worker, one in b.worker",
    ],
    [
      "a worker and a tool",
      { "same.worker": workerFile(), "tools.ts": codeFile('export const same = aTool("same");') },
      "two functions have this name: one in same.worker, one in tools.ts",
    ],
    [
      "a tool and a toolset's tool",
      {
        "a.ts": codeFile('export const same = aTool("a");'),
        "b.ts": codeFile('export const group = toolset({ same: aTool("b") });'),
      },
      "two functions have this name: one in a.ts, one in b.ts",
    ],
    [
      "two toolsets",
      {
        "a.ts": codeFile('export const same = toolset({ one: aTool("one") });'),
        "b.ts": codeFile("export const same = toolset(() => toolset({}));"),
      },
      "two toolsets have this name: one in a.ts, one in b.ts",
    ],
    [
      "a worker and a toolset",
      {
        "same.worker": workerFile(),
        "b.ts": codeFile('export const same = toolset({ one: aTool("one") });'),
      },
      "two things have this name: one in same.worker, one in b.ts",
    ],
  ])("%s", async (_what, files, reason) => {
    const { error } = await load(files, { entry: undefined });
    expect(error).toMatchObject({ code: "project", exitCode: 2, reason });
  });

  test("but a toolset may be called like one of its own tools", async () => {
    const { project } = await load({
      "main.worker": workerFile("toolsets: [search]"),
      "tools.ts": codeFile('export const search = toolset({ search: aTool("search") });'),
    });
    expect(functionsOf(project, "main")).toEqual(["search"]);
  });
});

describe("an export that no model could call", () => {
  test("by its name is an error", async () => {
    const { report } = await load({ "tools.ts": codeFile('export const größe = aTool("x");') });
    expect(report).toBe(`Failed to load "tools.ts": "größe" cannot be the name of a tool
  at tools.ts
Try: use 1 to 64 letters, digits, _ or -`);
  });

  test("because it is no tool is an error", async () => {
    const { report } = await load({
      "tools.ts": codeFile("export const set = toolset({ a: 1 });"),
    });
    expect(report).toBe(`Failed to load "tools.ts": "a" of a toolset is not a tool
  at tools.ts
Try: make it with tool({ ... })`);
  });
});
