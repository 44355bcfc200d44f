import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ApprovalRequest } from "../../src/approval/approval-request.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { createTestTransport } from "../../src/providers/script/test-model.ts";
import { describeRequest } from "../../src/ui/ask-person.ts";
import { toldToModel, toolResults, writeFiles } from "../support/project.ts";
import { call, callOf, create, workersProject, workerText } from "./workers-project.ts";

const PLAIN = workerText();

describe("a worker that a model makes", () => {
  test("is written and then called, with what it is asked", async () => {
    using project = await workersProject();
    const ran = await project.run([
      create("poet", workerText("description: Writes.", "settings: { temperature: 0 }")),
      call("poet", "A line on rain."),
      "Rain, again.",
      "Done.",
    ]);
    expect(toolResults(ran.asked.at(-1))).toEqual([
      "worker_create: Wrote made_workers/poet.worker. Call it with worker_call.",
      "worker_call: Rain, again.",
    ]);
    expect(ran.asked[2]).toMatchObject({
      system: "You do one thing.",
      settings: { temperature: 0 },
      tools: [],
      messages: [{ kind: "user", content: [{ kind: "text", text: "A line on rain." }] }],
    });
    expect(project.textAt("made_workers/poet.worker")).toContain("description: Writes.");
  });

  test("is a call below the tool that calls it, with a number from the second one on", async () => {
    using project = await workersProject();
    const { events, asked } = await project.run([
      create("poet", PLAIN),
      [call("poet", "One."), call("poet", "Two.")],
      "First.",
      "Second.",
      "Done.",
    ]);
    const started = events.filter(({ kind }) => kind === "call-start");
    expect(started.map(({ callId, depth }) => [callId, depth])).toEqual([
      ["main", 0],
      ["main/worker_create", 1],
      ["main/worker_call", 1],
      ["main/worker_call#2", 1],
      ["main/worker_call/poet", 2],
      ["main/worker_call#2/poet", 2],
    ]);
    expect(toolResults(asked.at(-1)).slice(1)).toEqual([
      "worker_call: First.",
      "worker_call: Second.",
    ]);
  });

  test("can stand in the folder before the run", async () => {
    using project = await workersProject({ folder: "made/here" });
    writeFiles(project.path, { "made/here/old.worker": PLAIN });
    const { asked } = await project.run([call("old"), "From before.", "Done."]);
    expect(toolResults(asked.at(-1))).toEqual(["worker_call: From before."]);
  });

  test("runs with the model of who calls it", async () => {
    using project = await workersProject();
    const { asked } = await project.run([create("poet", PLAIN), call("poet"), "Yes.", "Done."], {
      model: "other:model",
    });
    expect(asked.map(({ model }) => model)).toEqual(Array(4).fill("other:model"));
  });

  test("runs with a model of its own where that is offered", async () => {
    using project = await workersProject({ models: ["cheap:*"] });
    const made = create("poet", workerText("model: cheap:small"));
    const { asked } = await project.run([made, call("poet"), "Yes.", "Done."]);
    expect(asked[2]?.model).toBe("cheap:small");
  });

  test("answers by its output schema, and takes what its input schema says", async () => {
    using project = await workersProject();
    const schemas = [
      "input_schema: { type: object, properties: { town: { type: string } }, required: [town] }",
      "output_schema: { type: object, properties: { wet: { type: boolean } }, required: [wet] }",
    ];
    const { asked } = await project.run([
      create("weather", workerText(...schemas)),
      [call("weather", { town: "Graz" }), call("weather", { city: "Graz" })],
      '{"wet": true}',
      "Done.",
    ]);
    expect(toolResults(asked.at(-1)).slice(1)).toEqual([
      'worker_call: {"wet":true}',
      expect.stringMatching(/^worker_call! .*"weather".*its input does not fit: town: /),
    ]);
  });
});

describe("what it can call", () => {
  const offers: JsonObject = {
    filesystem: { base_path: "data", read_approval: false },
    texts: { _approval_config: { trim: { pre_approved: true } } },
    helper: {},
  };

  test("is what it lists of what is offered, as that is configured", async () => {
    using project = await workersProject({ toolsets: offers });
    const ran = await project.run(
      [
        create("reader", workerText("toolsets: [texts, filesystem]")),
        call("reader"),
        [callOf("trim"), callOf("read_file", { path: "a.txt" })],
        "Read.",
        "Done.",
      ],
      { approvals: async ({ tool }) => allowOnly(tool, "worker_create") },
    );
    expect(ran.asked[2]?.tools.map(({ name }) => name)).toEqual([
      "trim",
      "read_file",
      "write_file",
      "list_files",
    ]);
    expect(toolResults(ran.asked[3])).toEqual([
      "trim: trim",
      'read_file: {"content":"hello","truncated":false,"total_chars":5}',
    ]);
  });

  test("is nothing where it lists nothing", async () => {
    using project = await workersProject({ toolsets: offers });
    const { asked } = await project.run([
      create("reader", PLAIN),
      call("reader"),
      callOf("trim"),
      "Could not.",
      "Done.",
    ]);
    expect(asked[2]?.tools).toEqual([]);
    expect(toolResults(asked[3])).toEqual(['trim! there is no function "trim" (there are none)']);
  });

  test("can be a worker of the project, which inherits the model in its turn", async () => {
    using project = await workersProject({ toolsets: offers });
    const { asked, events } = await project.run([
      create("boss", workerText("toolsets: [helper]")),
      call("boss"),
      callOf("helper", { input: "Help." }),
      "Helped.",
      "Bossed.",
      "Done.",
    ]);
    expect(asked[3]).toMatchObject({ model: "test:model" });
    expect(events.some(({ callId }) => callId === "main/worker_call/boss/helper")).toBe(true);
  });

  test("can be itself", async () => {
    using project = await workersProject();
    const { asked } = await project.run([
      create("split", workerText("toolsets: [split]")),
      call("split", "ab"),
      callOf("split", { input: "a" }),
      "A",
      "A and B",
      "Done.",
    ]);
    expect(asked.map(({ caller }) => caller?.callId)).toContain("main/worker_call/split/split");
    expect(toolResults(asked.at(-1)).at(-1)).toBe("worker_call: A and B");
  });

  test("can be the making of workers, where that is offered, and no further than it says", async () => {
    using project = await workersProject({
      toolsets: { texts: {}, workers: { folder: "made_workers/second" } },
    });
    const { asked } = await project.run([
      create("maker", workerText("toolsets: [workers]")),
      call("maker"),
      [create("small", PLAIN), create("greedy", workerText("toolsets: [texts]"))],
      call("small"),
      "Small.",
      "Made.",
      "Done.",
    ]);
    expect(toolResults(asked[3])).toEqual([
      "worker_create: Wrote made_workers/second/small.worker. Call it with worker_call.",
      expect.stringContaining('the toolset "texts" is not offered'),
    ]);
    expect(toolResults(asked[5]).at(-1)).toBe("worker_call: Small.");
  });
});

test("the model `test`, which calls everything once, is told why it made and called nothing", async () => {
  using project = await workersProject();
  const { result } = await project.run([], { script: createTestTransport() });
  expect(JSON.parse(String(result?.output))).toEqual({
    worker_create: {
      error: expect.stringMatching(/^its input does not fit: content, line 1, column 1: front/),
    },
    worker_call: { error: expect.stringContaining("there is no worker") },
  });
});

describe("approvals", () => {
  test("a person is shown the new file, and without approval nothing is written", async () => {
    using project = await workersProject();
    const requests: ApprovalRequest[] = [];
    const { asked } = await project.run([create("poet", PLAIN), "Done."], {
      approvals: async (request) => {
        requests.push(request);
        return { kind: "deny", by: "person", reason: "no poetry" };
      },
    });
    expect(toolResults(asked.at(-1))).toEqual(["worker_create! no poetry"]);
    expect(project.textAt("made_workers/poet.worker")).toBeUndefined();
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request && (await describeRequest(request))).toBe(
      [
        "main > worker_create needs approval:",
        "  new file made_workers/poet.worker",
        "  +---",
        "  +---",
        "  +You do one thing.",
        '  name: "poet"',
        "  content: 3 lines, as above",
      ].join("\n"),
    );
  });

  test("a headless run ends, with the rule that would admit it", async () => {
    using project = await workersProject();
    const { error } = await project.run([create("poet", PLAIN)], { approvals: "headless" });
    expect(error?.exitCode).toBe(4);
    expect(error?.report()).toContain(
      "workers: { _approval_config: { worker_create: { pre_approved: true } } }",
    );
  });

  test("a call asks only where files are attached", async () => {
    using project = await workersProject();
    writeFiles(project.path, { "made_workers/poet.worker": PLAIN });
    const requests: ApprovalRequest[] = [];
    const attached = { input: "Look.", attachments: ["data/a.txt"] };
    await project.run([[call("poet"), call("poet", attached)], "One.", "Two.", "Done."], {
      approvals: async (request) => {
        requests.push(request);
        return { kind: "allow", by: "person" };
      },
    });
    expect(requests.map(({ tool, input }) => ({ tool, input }))).toEqual([
      { tool: "worker_call", input: { name: "poet", input: attached } },
    ]);
  });

  test("a call attaches nothing outside of the project's folder", async () => {
    using project = await workersProject();
    writeFiles(project.path, { "made_workers/poet.worker": PLAIN });
    const attached = { input: "Look.", attachments: ["/etc/hosts"] };
    const ran = await project.run([call("poet", attached), "Done."]);
    expect(toldToModel(ran)).toMatch(
      /^worker_call! .*cannot attach \/etc\/hosts: it lies outside of the project's folder/,
    );
  });

  test("a call attaches nothing outside because the made worker's own schema names it", async () => {
    const schema =
      "input_schema: { type: object, properties: { input: { type: string }, attachments: { type: array, items: { type: string }, default: [/etc/hosts] } } }";
    using project = await workersProject();
    const ran = await project.run([create("spy", workerText(schema)), call("spy"), "Done."]);
    expect(toldToModel(ran)).toContain("cannot attach /etc/hosts: it lies outside");
  });

  test("what a made worker needs is reported with the rule where its functions are configured", async () => {
    const toolsets = { filesystem: { base_path: "data" } };
    using project = await workersProject({
      toolsets,
      _approval_config: { worker_create: { pre_approved: true } },
    });
    const answers = [
      create("writer", workerText("toolsets: [filesystem]")),
      call("writer"),
      callOf("write_file", { path: "b.txt", content: "new" }),
    ];
    const { error } = await project.run(answers, { approvals: "headless" });
    expect(error?.report()).toContain("asked by: main > worker_call > writer");
    expect(error?.report()).toContain(
      [
        "would admit it, in main.worker:",
        "    toolsets:",
        "      workers: { toolsets: { filesystem: { write_approval: false } } }",
      ].join("\n"),
    );
    expect(error).toMatchObject({
      file: "main.worker",
      rule: {
        toolsets: { workers: { toolsets: { filesystem: { write_approval: false } } } },
      },
    });
    expect(project.textAt("data/b.txt")).toBeUndefined();
  });
});

test("what a worker of a made worker needs is reported with all that offers it", async () => {
  const first = { worker_create: { pre_approved: true } };
  const inner = { folder: "made_workers/inner", toolsets: { texts: {} }, _approval_config: first };
  using project = await workersProject({ toolsets: { workers: inner }, _approval_config: first });
  const answers = [
    create("maker", workerText("toolsets: [workers]")),
    call("maker"),
    create("small", workerText("toolsets: [texts]")),
    call("small"),
    callOf("trim"),
  ];
  const { error } = await project.run(answers, { approvals: "headless", limits: { maxDepth: 9 } });
  const texts = { _approval_config: { trim: { pre_approved: true } } };
  expect(error).toMatchObject({
    chain: ["main", "worker_call", "maker", "worker_call", "small"],
    rule: { toolsets: { workers: { toolsets: { workers: { toolsets: { texts } } } } } },
  });
});

describe("a name that is there already", () => {
  test("keeps its text; the same text again is no change", async () => {
    using project = await workersProject();
    const other = workerText("description: Other.");
    const { asked } = await project.run([
      create("poet", PLAIN),
      create("poet", other),
      create("poet", PLAIN),
      "Done.",
    ]);
    const wrote = "worker_create: Wrote made_workers/poet.worker. Call it with worker_call.";
    expect(toolResults(asked.at(-1))).toEqual([
      wrote,
      expect.stringMatching(/^worker_create! .*a worker "poet" is there already, with another/),
      wrote,
    ]);
    expect(project.textAt("made_workers/poet.worker")).toBe(PLAIN);
  });

  test("is that of the first of two calls at once", async () => {
    using project = await workersProject();
    const other = workerText("description: Other.");
    const { asked } = await project.run([
      [create("poet", PLAIN), create("poet", other), create("critic", other)],
      [call("poet"), call("critic")],
      "One.",
      "Two.",
      "Done.",
    ]);
    expect(toolResults(asked.at(-1))).toEqual([
      "worker_create: Wrote made_workers/poet.worker. Call it with worker_call.",
      expect.stringMatching(/^worker_create! .*with another text/),
      "worker_create: Wrote made_workers/critic.worker. Call it with worker_call.",
      "worker_call: One.",
      "worker_call: Two.",
    ]);
    expect(project.textAt("made_workers/poet.worker")).toBe(PLAIN);
  });

  test("is told where a folder has it", async () => {
    using project = await workersProject();
    mkdirSync(join(project.path, "made_workers/poet.worker"), { recursive: true });
    const { asked } = await project.run([create("poet", PLAIN), call("poet"), "Done."]);
    expect(toolResults(asked.at(-1))).toEqual([
      expect.stringMatching(/^worker_create! .*it is a folder/),
      expect.stringMatching(/^worker_call! .*it is a folder/),
    ]);
  });
});

function allowOnly(tool: string, allowed: string) {
  if (tool === allowed) return { kind: "allow", by: "person" } as const;
  return { kind: "deny", by: "person", reason: `not ${tool}` } as const;
}
