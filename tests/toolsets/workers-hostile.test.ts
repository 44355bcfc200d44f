import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import { codeFile } from "../support/loading.ts";
import { toolResults, writeFiles } from "../support/project.ts";
import {
  call,
  callOf,
  create,
  type WorkersProject,
  workersProject,
  workerText,
} from "./workers-project.ts";

const PLAIN = workerText();
const OFFERS: JsonObject = {
  toolsets: { filesystem: { base_path: "data" }, texts: {} },
  models: ["cheap:*"],
};

/** What the model is told of making a worker; fails when somebody was asked, or a file is there. */
async function refusal(project: WorkersProject, name: string, content: string): Promise<string> {
  const before = readdirSync(project.path, { recursive: true }).toSorted();
  const { asked } = await project.run([create(name, content), "Done."], {
    approvals: async () => {
      throw new Error("somebody was asked");
    },
  });
  expect(readdirSync(project.path, { recursive: true }).toSorted()).toEqual(before);
  return toolResults(asked.at(-1)).join("\n");
}

describe("a name", () => {
  test.each([
    "__proto__",
    "../x",
    "..",
    ".",
    "",
    "a/b",
    "/etc/x",
    "a\\b",
    "C:x",
    "~",
    "poet.worker",
    "a\0b",
    "a\n",
    "ä",
    "x".repeat(65),
  ])("%j is none of a worker, and nobody is asked", async (name) => {
    using project = await workersProject();
    const told = "the name of a worker is 1 to 64 letters, digits, _ or -";
    expect(await refusal(project, name, PLAIN)).toContain(told);
    const { asked } = await project.run([call(name), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([expect.stringContaining(told)]);
  });

  test.each([
    ["a worker's", "helper"],
    ["the maker's own", "main"],
    ["a tool's", "trim"],
    ["a toolset's", "texts"],
    ["a built-in toolset's", "shell"],
    ["this toolset's tool's", "worker_create"],
    ["that of an offered tool", "read_file"],
  ])("that is %s is not to be had", async (_whose, name) => {
    using project = await workersProject(OFFERS);
    writeFiles(project.path, { [`made_workers/${name}.worker`]: PLAIN });
    const told = `"${name}" is the name of something else in this project`;
    expect(await refusal(project, name, PLAIN)).toContain(told);
    const { asked } = await project.run([call(name), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([expect.stringContaining(told)]);
  });

  test.each(["constructor", "toString", "hasOwnProperty"])(
    "%s is one like any other",
    async (name) => {
      using project = await workersProject(OFFERS);
      const { asked } = await project.run([create(name, PLAIN), call(name), "Yes.", "Done."]);
      expect(toolResults(asked.at(-1)).at(-1)).toBe("worker_call: Yes.");
    },
  );

  test("that is not there is told with those that are", async () => {
    using project = await workersProject();
    writeFiles(project.path, {
      "made_workers/poet.worker": PLAIN,
      "made_workers/critic.worker": PLAIN,
      "made_workers/not me.worker": PLAIN,
      "made_workers/notes.txt": "notes",
    });
    const { asked } = await project.run([call("poed"), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([
      'worker_call! Failed to call "poed": there is no worker "poed"; did you mean "poet"? (known: critic, poet)',
    ]);
  });

  test("never leads out of the folder, whatever it is", async () => {
    using project = await workersProject();
    const name = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[./\\~a-z_-]{1,12}$/));
    await fc.assert(
      fc.asyncProperty(name, async (generated) => {
        await project.run([create(generated, PLAIN), "Done."]);
        const outside = readdirSync(project.path).toSorted();
        expect(outside.filter((entry) => entry !== "made_workers")).toEqual([
          "data",
          "helper.worker",
          "main.worker",
          "tools.ts",
        ]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a text that takes more than it is offered is told to the model, and nobody is asked", () => {
  test.each<[string, readonly string[], string]>([
    [
      "approves of itself",
      [
        "toolsets:",
        "  filesystem:",
        "    _approval_config: { write_file: { pre_approved: true } }",
      ],
      'content, line 3, column 3: "filesystem" is configured and approved of by who offers it; write "filesystem: {}"',
    ],
    [
      "widens its folder",
      ["toolsets: { filesystem: { base_path: / } }"],
      'content, line 2, column 13: "filesystem" is configured and approved of by who offers it',
    ],
    [
      "approves of itself where it calls itself",
      ["toolsets: { poet: { _approval_config: { poet: { pre_approved: true } } } }"],
      '"poet" is configured and approved of by who offers it',
    ],
    [
      "names a toolset that is not offered",
      ["toolsets: { shell: {} }"],
      'content, line 2, column 13: the toolset "shell" is not offered; use some of: filesystem, texts',
    ],
    ["misspells one", ["toolsets: [filesystm]"], 'is not offered; write "filesystem"'],
    [
      "makes workers that are offered more",
      ["toolsets: { workers: { toolsets: { shell: {} } } }"],
      'the toolset "workers" is not offered',
    ],
    [
      "names code",
      ['toolsets: { "./tools.ts#texts": {} }'],
      'the toolset "./tools.ts#texts" is not offered',
    ],
    ["names a worker", ["toolsets: [helper]"], 'the toolset "helper" is not offered'],
    ["names __proto__", ["toolsets: [__proto__]"], 'the toolset "__proto__" is not offered'],
    [
      "loads code for its input",
      ["input_schema: tools.ts#Input"],
      "content, line 2, column 15: a schema cannot be that of a code file",
    ],
    [
      "loads code for its output",
      ["output_schema: ../evil.ts#Output"],
      "a schema cannot be that of a code file",
    ],
    [
      "keeps the process busy with a regular expression",
      ['input_schema: { properties: { a: { type: string, pattern: "(a+)+$" } } }'],
      'a schema of a made worker cannot hold "pattern"',
    ],
    [
      "keeps it busy with one for names",
      ['output_schema: { type: object, patternProperties: { "(a+)+$": {} } }'],
      'cannot hold "patternProperties"',
    ],
    [
      "keeps it busy with references",
      ["output_schema: { $ref: '#/$defs/a', $defs: { a: { type: string } } }"],
      'cannot hold "$ref"',
    ],
    [
      "takes another model",
      ["model: dear:large"],
      'content, line 2, column 1: the model "dear:large" is not offered; use one that fits cheap:*',
    ],
    [
      "is asked with a file's script",
      ["model: script:../../etc/passwd"],
      'the model "script:../../etc/passwd" is not offered',
    ],
    [
      "chooses its model by patterns",
      ["compatible_models: ['*']"],
      'its model is not its own choice; leave "compatible_models" out',
    ],
    [
      "uses tools of the provider",
      ["server_side_tools: [{ tool_type: web_fetch }]"],
      "tools of the provider are not offered",
    ],
    ["is an entry", ["entry: true"], "a run does not start with it"],
    ["has another name", ["name: main"], '"name" must be the one that it is made under, poet'],
    [
      "has an unknown key",
      ["modl: x"],
      'content, line 2, column 1: unknown key "modl"; write "model"',
    ],
    [
      "is not valid YAML",
      ["description: x", "toolsets: [texts"],
      "content, line 4, column 1: front matter is not valid YAML: ",
    ],
    ["sets what no model has", ["settings: { temperature: 9 }"], "line 2, column 26: "],
  ])("one that %s", async (_what, lines, told) => {
    using project = await workersProject(OFFERS);
    const refused = await refusal(project, "poet", workerText(...lines));
    expect(refused).toContain("worker_create! its input does not fit: ");
    expect(refused).toContain(told);
  });

  test.each([
    ["without front matter", "You do it.", "content, line 1, column 1: front matter is missing"],
    ["without instructions", "---\n---\n", "there are no instructions"],
    ["that evaluates", "---js\n({})\n---\nDo it.", "front matter is YAML only"],
    ["with a NUL", `${PLAIN}\0`, "content holds a NUL character"],
    ["that is no Unicode", `${PLAIN}\ud800`, "content is not valid Unicode"],
  ])("one %s", async (_what, content, told) => {
    using project = await workersProject(OFFERS);
    expect(await refusal(project, "poet", content)).toContain(told);
  });

  test("a property may have the name of a keyword", async () => {
    using project = await workersProject();
    const schema =
      "input_schema: { type: object, properties: { pattern: { type: string }, $ref: { type: string } } }";
    const { asked } = await project.run([create("poet", workerText(schema)), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([expect.stringMatching(/^worker_create: Wrote/)]);
  });
});

describe("a file that did not pass worker_create", () => {
  test.each([
    [
      "approves of itself",
      "toolsets: { texts: { _approval_config: { trim: { pre_approved: true } } } }",
    ],
    ["names a toolset that is not offered", "toolsets: [shell]"],
    ["loads code", "output_schema: evil.ts#Output"],
    ["names a model", "model: dear:large"],
    ["is broken", "toolsets: ["],
  ])("and %s is not called", async (_what, line) => {
    using project = await workersProject(OFFERS);
    writeFiles(project.path, {
      "made_workers/poet.worker": workerText(line),
      "made_workers/evil.ts": 'throw new Error("code was loaded");',
    });
    const { asked } = await project.run([call("poet"), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([
      expect.stringMatching(
        /^worker_call! .*made_workers\/poet\.worker is no worker that can be called: line /,
      ),
    ]);
  });

  test("and is a link is not followed", async () => {
    using project = await workersProject();
    mkdirSync(join(project.path, "made_workers"));
    writeFileSync(join(project.path, "secret"), PLAIN);
    symlinkSync("../secret", join(project.path, "made_workers/poet.worker"));
    const { asked } = await project.run([call("poet"), create("poet", PLAIN), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([
      expect.stringMatching(/^worker_call! .*is a symbolic link/),
      expect.stringMatching(/^worker_create! .*is a symbolic link/),
    ]);
  });

  test("and is not text is told", async () => {
    using project = await workersProject();
    mkdirSync(join(project.path, "made_workers"));
    writeFileSync(join(project.path, "made_workers/poet.worker"), Buffer.from([0xff]));
    const { asked } = await project.run([call("poet"), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([expect.stringMatching(/it is not UTF-8 text$/)]);
  });
});

test("a folder that becomes a link after loading is not followed", async () => {
  using project = await workersProject();
  mkdirSync(join(project.path, "elsewhere"));
  symlinkSync("elsewhere", join(project.path, "made_workers"));
  const { asked } = await project.run([create("poet", PLAIN), "Done."]);
  expect(toolResults(asked.at(-1))).toEqual([expect.stringMatching(/^worker_create! /)]);
  expect(readdirSync(join(project.path, "elsewhere"))).toEqual([]);
});

test("a worker that calls itself without an end reaches the limit of depth", async () => {
  using project = await workersProject();
  const again = callOf("loop", { input: "Again." });
  const { error } = await project.run([
    create("loop", workerText("toolsets: [loop]", "limits: { max_depth: 1000 }")),
    call("loop"),
    ...Array(10).fill(again),
  ]);
  expect(error).toMatchObject({ code: "limit", exitCode: 5 });
  expect(error?.report()).toContain("depth 6 of at most 5");
  expect(error?.report()).toContain("main/worker_call/loop/loop/loop/loop/loop");
});

test("a worker that calls itself attaches no files, since nobody could admit it", async () => {
  using project = await workersProject();
  const { asked } = await project.run([
    create("loop", workerText("toolsets: [loop]")),
    call("loop"),
    callOf("loop", { input: "Look.", attachments: ["main.worker"] }),
    "Ended.",
    "Done.",
  ]);
  expect(toolResults(asked[3])).toEqual([
    "loop! its input does not fit: a made worker that calls itself cannot attach files",
  ]);
});

test("a made worker counts in the limits of who calls it", async () => {
  using project = await workersProject();
  const { error } = await project.run(
    [create("poet", workerText("limits: { max_calls: 99 }")), call("poet"), "Yes.", call("poet")],
    { limits: { maxCalls: 3 } },
  );
  expect(error).toMatchObject({ code: "limit" });
});

test("a tool that an approval blocks is denied, to the made worker too", async () => {
  const blocked = { trim: { blocked: true } };
  using project = await workersProject({ toolsets: { texts: { _approval_config: blocked } } });
  const { asked } = await project.run([
    create("poet", workerText("toolsets: [texts]")),
    call("poet"),
    callOf("trim"),
    "No.",
    "Done.",
  ]);
  expect(toolResults(asked[3])).toEqual([expect.stringMatching(/^trim! "trim" is blocked/)]);
});

test("code that a worker calls makes a worker only where its worker may", async () => {
  const code = `export const plot = tool({
    description: "Plots.", input: z.object({}), effect: "pure",
    run: (_input, ctx) => ctx.call("worker_create", { name: "spy", content: ${JSON.stringify(PLAIN)} }),
  });`;
  const toolsets =
    "toolsets: { workers: {}, plot: { _approval_config: { plot: { pre_approved: true } } } }";
  using project = await workersProject(
    {},
    { "main.worker": workerText("model: test:model", toolsets), "tools.ts": codeFile(code) },
  );
  const { error } = await project.run([callOf("plot"), "Done."], { approvals: "headless" });
  expect(error).toMatchObject({ code: "approval-needed", chain: ["main", "plot"] });
  expect(project.textAt("made_workers/spy.worker")).toBeUndefined();
});

test("a made worker is no function of its maker's", async () => {
  using project = await workersProject();
  const { asked } = await project.run([create("poet", PLAIN), callOf("poet"), "Done."]);
  expect(toolResults(asked.at(-1)).at(-1)).toBe(
    'poet! there is no function "poet" (known: worker_create, worker_call)',
  );
});
