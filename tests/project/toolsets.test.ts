import { describe, expect, test } from "vitest";
import { BUILT_IN_TOOLSETS } from "../../src/toolsets/built-in.ts";
import { codeFile, load, workerFile } from "../support/loading.ts";

const builtIns = [...BUILT_IN_TOOLSETS.keys()].join(", ");
const texts = codeFile(
  'export const texts = toolset({ trim: aTool("trim"), split: aTool("split") });',
);

async function reportOf(toolsets: string, code = texts): Promise<string> {
  const { error, report } = await load({
    "main.worker": workerFile("toolsets:", `  ${toolsets}`),
    "tools.ts": code,
  });
  expect(error).toMatchObject({ code: "project", exitCode: 2 });
  return report;
}

describe("a toolset that a worker names", () => {
  test("and nobody exports is an error with the nearest name and the place", async () => {
    expect(
      await reportOf("textz: {}"),
    ).toBe(`Failed to load "main.worker": unknown toolset "textz"; known: texts, trim, split, ${builtIns}
  at main.worker:3:3
Try: write "texts"`);
  });

  test("and nothing is like it is an error that says what to pass", async () => {
    expect(await reportOf("calendar: {}")).toContain(
      "Try: pass the code file that exports it, or the .worker file of that name",
    );
  });

  test("is not found under a name that every object has", async () => {
    expect(await reportOf("constructor: {}")).toContain('unknown toolset "constructor"');
  });

  test("brings a function that another brings too", async () => {
    expect(
      await reportOf("{ texts: {}, trim: {} }"),
    ).toBe(`Failed to load "main.worker": "texts" and "trim" both bring a function "trim"
  at main.worker:3:16`);
  });

  test("gets approvals for a tool that it does not have", async () => {
    const toolsets = "texts: { _approval_config: { trin: { pre_approved: true } } }";
    expect(
      await reportOf(toolsets),
    ).toBe(`Failed to load "main.worker": _approval_config names "trin", which "texts" does not have
  at main.worker:3:3
Try: write "trim"`);
  });

  test("gets configuration that it cannot take", async () => {
    expect(
      await reportOf("texts: { limit: 5 }"),
    ).toBe(`Failed to load "main.worker": "texts" takes no configuration, and gets limit
  at main.worker:3:3
Try: remove it, or export the toolset as a function of its configuration`);
  });
});

test("approvals and schemas of a toolset reach the worker's functions", async () => {
  const { project } = await load({
    "main.worker": workerFile(
      "toolsets:",
      "  texts: { _approval_config: { trim: { pre_approved: true }, split: { blocked: true } } }",
      "  helper: {}",
    ),
    "helper.worker": workerFile(),
    "tools.ts": texts,
  });
  const main = project?.entry;
  const grants = main?.kind === "worker" ? [...main.functions.values()] : [];
  expect(grants).toMatchObject([
    {
      toolset: "texts",
      approval: { preApproved: true, blocked: false },
      function: { name: "trim" },
    },
    {
      toolset: "texts",
      approval: { preApproved: false, blocked: true },
      function: { name: "split" },
    },
    {
      toolset: "helper",
      approval: { preApproved: false, blocked: false },
      inputSchema: { required: ["input"] },
    },
  ]);
});

describe("a toolset that is made per worker", () => {
  const factory = (body: string) =>
    codeFile(`export const notes = toolset((config, place) => { ${body} });`);

  test("gets that worker's configuration and place", async () => {
    const made = factory(
      "return toolset({ [config.as]: tool({ description: JSON.stringify({ config, place }), input: z.object({}), effect: 'pure', run: () => 0 }) });",
    );
    const { project } = await load({
      "main.worker": workerFile("toolsets: { notes: { as: mine }, sub: {} }"),
      "sub/sub.worker": workerFile("toolsets: { notes: { as: theirs, deep: [1] } }"),
      "tools.ts": made,
    });
    const told = (name: string, tool: string) => {
      const worker = project?.space.get(name);
      const grant = worker?.kind === "worker" ? worker.functions.get(tool) : undefined;
      return JSON.parse(grant?.function.description ?? "{}");
    };
    const folder = project?.folder;
    expect(told("main", "mine")).toEqual({
      config: { as: "mine" },
      place: {
        cwd: folder,
        workerName: "main",
        workerPath: `${folder}/main.worker`,
        workerDir: folder,
      },
    });
    expect(told("sub", "theirs")).toMatchObject({
      config: { as: "theirs", deep: [1] },
      place: { cwd: folder, workerPath: `${folder}/sub/sub.worker`, workerDir: `${folder}/sub` },
    });
  });

  test.each([
    [
      "throws",
      'throw new Error("limit must be a number");',
      '"notes" refused its configuration: limit must be a number',
    ],
    ["makes no toolset", "return {};", '"notes" made something that is not a toolset'],
    [
      "makes no toolset in time",
      "return Promise.resolve(toolset({}));",
      '"notes" made something that is not a toolset',
    ],
  ])("and %s is an error at the place that names it", async (_what, body, reason) => {
    const report = await reportOf("notes: { limit: x }", factory(body));
    expect(report).toContain(`Failed to load "main.worker": ${reason}\n  at main.worker:3:3`);
  });

  test("and holds what is no tool is an error of the code file", async () => {
    const { report } = await load({
      "main.worker": workerFile("toolsets: [notes]"),
      "tools.ts": factory("return toolset({ a: 1 });"),
    });
    expect(report).toContain('Failed to load "tools.ts": "a" of a toolset is not a tool');
  });
});

test("a schema that JSON Schema cannot express is an error that names the tool", async () => {
  const { error } = await load({
    "main.worker": workerFile("toolsets: [when]"),
    "tools.ts": codeFile(
      'export const when = tool({ description: "d", input: z.object({ at: z.date() }), effect: "pure", run: () => 0 });',
    ),
  });
  expect(error).toMatchObject({ code: "code", exitCode: 2 });
  expect(error?.message).toMatch(
    /^Failed to describe "when": its input schema cannot be expressed/,
  );
});
