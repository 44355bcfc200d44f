import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { loadProject } from "../../src/project/load-project.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const functions = resolve(import.meta.dirname, "../../src/functions");

/** A package without zod, as one that was installed from somewhere else may be. */
const PACKAGE = `import { tool } from ${JSON.stringify(`${functions}/tool.ts`)};
import { toolset } from ${JSON.stringify(`${functions}/toolset.ts`)};
import { objectSchema } from ${JSON.stringify(`${functions}/object-schema.ts`)};
const aTool = (description) => tool({ description, input: objectSchema({}), effect: "pure", run: () => description });
export const searchTools = toolset((config, place) => {
  if (config.limit === undefined) throw new Error("limit is missing");
  return toolset({ search: aTool(JSON.stringify({ config, place })) });
});
export const shared = toolset({ one: aTool("one"), two: aTool("two") });
export const single = aTool("single");
export const limit = 5;
`;
const manifest = (name: string, exports: unknown = { ".": { import: "./index.mjs" } }) =>
  JSON.stringify({ name, version: "1.0.0", exports });

const installed = {
  "node_modules/my-package/package.json": manifest("my-package"),
  "node_modules/my-package/index.mjs": PACKAGE,
  "node_modules/@scope/pack/package.json": manifest("@scope/pack", { "./tools": "./t.mjs" }),
  "node_modules/@scope/pack/t.mjs": PACKAGE,
};

/** Loads the worker of a project with these front matter lines below `toolsets:`. */
async function loaded(
  toolset: string,
  { files = {}, worker = "main.worker" }: { files?: Record<string, string>; worker?: string } = {},
) {
  using folder = temporaryFolder();
  const all = { [worker]: workerFile("toolsets:", `  ${toolset}`), ...files };
  writeFiles(folder.path, all);
  const host = testHost({ cwd: folder.path });
  try {
    const { entry } = await loadProject({ files: [worker] }, host);
    const granted = entry.kind === "worker" ? [...entry.functions.values()] : [];
    return { granted, report: "", folder: folder.path };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    const report = error.report().replaceAll(folder.path, ".");
    return { granted: [], report, folder: folder.path };
  }
}

const namesOf = (granted: readonly { readonly function: { readonly name: string } }[]) =>
  granted.map((grant) => grant.function.name);

describe("an export of an installed package", () => {
  test("is a factory that gets its configuration and the worker's place", async () => {
    const { granted, folder } = await loaded('"my-package#searchTools": { limit: 5 }', {
      files: installed,
      worker: "sub/main.worker",
    });
    // The package lies above the project's folder, as in a workspace.
    expect(granted).toMatchObject([{ toolset: "my-package#searchTools" }]);
    expect(JSON.parse(granted[0]?.function.description ?? "")).toEqual({
      config: { limit: 5 },
      place: {
        cwd: `${folder}/sub`,
        workerName: "main",
        workerPath: `${folder}/sub/main.worker`,
        workerDir: `${folder}/sub`,
      },
    });
  });

  test.each([
    ['"my-package#shared": {}', ["one", "two"]],
    ['["my-package#single"]', ["single"]],
    ['"@scope/pack/tools#single": {}', ["single"]],
  ])("is a toolset or a single tool: %s", async (toolset, names) => {
    const files = { ...installed };
    const { granted, report } = await loaded(toolset, { files });
    expect(report).toBe("");
    expect(namesOf(granted)).toEqual(names);
  });

  test("has the approvals of the worker that names it", async () => {
    const approvals = "{ _approval_config: { one: { pre_approved: true } } }";
    const { granted } = await loaded(`"my-package#shared": ${approvals}`, { files: installed });
    expect(granted[0]?.approval).toEqual({ preApproved: true, blocked: false });
    const wrong = await loaded(`"my-package#shared": ${approvals.replace("one", "oen")}`, {
      files: installed,
    });
    expect(wrong.report).toContain('Try: write "one"');
  });

  test.each([
    [
      "that is not installed",
      '"other#searchTools": {}',
      `the package "other" is not installed where . would find it
  at main.worker:3:3
Try: npm install other`,
    ],
    [
      "that is not installed, in a scope",
      '"@scope/other/deep#searchTools": {}',
      `the package "@scope/other" is not installed where . would find it
  at main.worker:3:3
Try: npm install @scope/other`,
    ],
    [
      "that does not export the path",
      '"my-package/deep#searchTools": {}',
      'the package "my-package" cannot be imported: Package subpath \'./deep\' is not defined by "exports"',
    ],
    [
      "that lacks the export",
      '"my-package#serchTools": {}',
      `my-package has no export "serchTools"; it has searchTools, shared, single
  at main.worker:3:3
Try: write "my-package#searchTools"`,
    ],
    [
      "that is no toolset",
      '"my-package#limit": {}',
      `"limit" of my-package is not a toolset
  at main.worker:3:3
Try: export what toolset({ ... }) or tool({ ... }) makes`,
    ],
    [
      "that takes no configuration",
      '"my-package#shared": { limit: 5 }',
      '"my-package#shared" takes no configuration, and gets limit\n  at main.worker:3:3',
    ],
    [
      "that refuses its configuration",
      '"my-package#searchTools": {}',
      '"searchTools" refused its configuration: limit is missing\n  at main.worker:3:3',
    ],
    [
      "without a name",
      '"my-package#": {}',
      '"my-package#" does not name an export of something\n  at main.worker:3:3',
    ],
  ])("%s is an error with the place", async (_what, toolset, reason) => {
    const { report } = await loaded(toolset, { files: installed });
    expect(report).toContain(`Failed to load "main.worker": ${reason}`);
  });
});

describe("an export of a path", () => {
  const tools = codeFile(
    'export const search = aTool("search");',
    'export const group = toolset({ a: aTool("a"), b: aTool("b") });',
    "export const bad = toolset({ c: 1 });",
  );

  test("is found relative to the worker's file, not to the project", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, {
      "main.worker": workerFile("toolsets: [helper]"),
      "workers/helper.worker": workerFile('toolsets: ["../lib/tools.ts#group"]'),
      "lib/tools.ts": tools,
    });
    const host = testHost({ cwd: folder.path });
    const files = ["main.worker", "workers/helper.worker"];
    const { space } = await loadProject({ files }, host);
    const helper = space.get("helper");
    expect(helper?.kind === "worker" && [...helper.functions.keys()]).toEqual(["a", "b"]);
    expect([...space.keys()]).toEqual(["main", "helper"]);
  });

  test("is a single tool under its own name", async () => {
    const { granted } = await loaded('"./tools.ts#search": {}', { files: { "tools.ts": tools } });
    expect(granted).toMatchObject([{ toolset: "./tools.ts#search", function: { name: "search" } }]);
  });

  test.each([
    [
      "that is not there",
      '"./tool.ts#search": {}',
      `Failed to load "main.worker": there is no file tool.ts
  at main.worker:3:3
Try: write the path relative to the worker's file`,
    ],
    [
      "that is a directory",
      '"./lib#search": {}',
      'Failed to load "main.worker": lib is a directory\n  at main.worker:3:3',
    ],
    [
      "that lacks the export",
      '"./tools.ts#serch": {}',
      './tools.ts has no export "serch"; it has bad, group, search\n  at main.worker:3:3\nTry: write "./tools.ts#search"',
    ],
    [
      "that holds what is no tool",
      '"./tools.ts#bad": {}',
      'Failed to load "tools.ts": "c" of a toolset is not a tool',
    ],
    ["that throws", '"./broken.ts#search": {}', 'Failed to load "./broken.ts": it threw: boom'],
    [
      "without a name",
      '"./tools.ts": {}',
      '\n  at main.worker:3:3\nTry: say what it exports: "./tools.ts#EXPORT"',
    ],
  ])("%s is an error", async (_what, toolset, reason) => {
    const files = { "tools.ts": tools, "broken.ts": 'throw new Error("boom");\n', "lib/x.ts": "" };
    const { report } = await loaded(toolset, { files });
    expect(report).toContain(reason);
  });
});
