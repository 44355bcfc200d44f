import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { parseSet } from "./overrides.ts";
import { parseWorker } from "./parse-worker.ts";

describe("parseWorker", () => {
  test("the name defaults to the file's stem", () => {
    expect(parseWorker(file(""), "some/folder/greeter.worker").name).toBe("greeter");
  });

  test("places say where each key stands", () => {
    const worker = parseWorker(file("name: main", "model: test"), "m.worker");
    expect(worker.places).toEqual(
      new Map([
        ["name", { file: "m.worker", line: 2, column: 1 }],
        ["model", { file: "m.worker", line: 3, column: 1 }],
      ]),
    );
  });

  test("a key with nothing behind it is absent", () => {
    const worker = parseWorker(file("model:", "settings: null", "toolsets: ~"), "m.worker");
    expect(worker).toMatchObject({ model: undefined, settings: {}, toolsets: [] });
  });

  test.each([
    ["true", "medium"],
    ["on", "medium"],
    ["false", "off"],
    ["off", "off"],
    ["low", "low"],
    ["high", "high"],
  ])("thinking: %s means %s", (written, thinking) => {
    const worker = parseWorker(file(`settings: { thinking: ${written} }`), "m.worker");
    expect(worker.settings).toEqual({ thinking });
  });

  test("a time limit has at least a millisecond", () => {
    const worker = parseWorker(file("limits: { timeout_seconds: 0.00001 }"), "m.worker");
    expect(worker.limits).toEqual({ timeoutMs: 1 });
  });

  test("a tool named like a member of every object has the approvals that were written", () => {
    const rules = "_approval_config: { constructor: { blocked: true }, __proto__: {} }";
    const [shell] = parseWorker(file(`toolsets: { shell: { ${rules} } }`), "m.worker").toolsets;
    expect(Object.entries(shell?.approvals ?? {})).toEqual([
      ["constructor", { preApproved: false, blocked: true }],
      ["__proto__", { preApproved: false, blocked: false }],
    ]);
    expect(shell?.approvals.toString).toBeUndefined();
  });

  test("the same text reads alike after other text, whoever changes the answer", () => {
    const text = file("settings: { stop_sequences: [END] }");
    const first = parseWorker(text, "m.worker");
    (first.settings.stopSequences as string[]).push("changed");
    expect(parseWorker(text, "m.worker").settings.stopSequences).toEqual(["END"]);
  });
});

describe("overrides", () => {
  test("change, add and remove values before they are checked", () => {
    const worker = parseWorker(
      file(
        "model: old",
        "toolsets: { shell: { rules: [] } }",
        "server_side_tools:",
        "- { tool_type: web_search }",
      ),
      "m.worker",
      [
        "model=null",
        'toolsets.shell.rules=[{"pattern": "ls"}]',
        'toolsets["my-pkg#tools"].limit=5',
        "toolsets.filesystem.write_approval=no",
        "server_side_tools[0].max_uses=2",
        "server_side_tools[1].tool_type=web_fetch",
        "settings.temperature=0.5",
        "settings.temperature=1",
      ].map(parseSet),
    );
    expect(worker.model).toBeUndefined();
    expect(worker.toolsets.map(({ reference, config }) => ({ reference, config }))).toEqual([
      { reference: "shell", config: { rules: [{ pattern: "ls" }] } },
      { reference: "my-pkg#tools", config: { limit: 5 } },
      { reference: "filesystem", config: { write_approval: false } },
    ]);
    expect(worker.serverTools).toEqual([{ type: "web_search", maxUses: 2 }, { type: "web_fetch" }]);
    expect(worker.settings).toEqual({ temperature: 1 });
  });

  test.each([
    ["modle=x", 'unknown key "modle"', "--set modle"],
    ["setings.top_p=1", 'unknown key "setings"', "--set setings.top_p"],
    [
      "settings.temperature=hot",
      '"settings.temperature" must be a number from 0 to 2, not text "hot"',
      "--set settings.temperature",
    ],
    [
      'settings={"seed": "x"}',
      '"settings.seed" must be a whole number, not text "x"',
      "--set settings",
    ],
    ["name.first=x", '"name.first" cannot be set: "name" is text "main"', "--set name.first"],
    ["toolsets[0]=x", '"toolsets[0]" cannot be set: "toolsets" is a map', "--set toolsets[0]"],
    [
      "server_side_tools[5].max_uses=1",
      '"server_side_tools[5].max_uses" cannot be set: "server_side_tools" is a list of 0',
      "--set server_side_tools[5].max_uses",
    ],
    ["__proto__.polluted=1", 'unknown key "__proto__"', "--set __proto__.polluted"],
  ])("%s is an error that names the flag", (argument, reason, place) => {
    const text = file("name: main", "toolsets: {}", "server_side_tools: []");
    const error = failure(() => parseWorker(text, "m.worker", [parseSet(argument)]));
    expect(error).toMatchObject({ code: "worker", reason, place: { file: place } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("an override may take part in a conflict with the file", () => {
    const text = file('compatible_models: ["anthropic:*"]');
    const error = failure(() => parseWorker(text, "m.worker", [parseSet("model=test")]));
    expect(error.reason).toBe(
      '"model" (--set model) and "compatible_models" (line 2) exclude each other',
    );
  });
});

function file(...lines: readonly string[]): string {
  return ["---", ...lines, "---", "body", ""].join("\n");
}

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
