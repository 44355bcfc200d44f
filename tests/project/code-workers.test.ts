import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LlmFunction } from "../../src/functions/llm-function.ts";
import { worker } from "../../src/functions/worker.ts";
import { headState, keyOfState, nextState } from "../../src/model/key.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { Project } from "../../src/project/project.ts";
import { check } from "../support/checking.ts";
import { codeFile, load, workerFile } from "../support/loading.ts";
import { runEntry } from "../support/project.ts";

/** The line that the statements of `codeFile` begin at. */
const FIRST = 5;

/** What a project has for code that is wrong. */
async function reportOf(...statements: readonly string[]): Promise<string> {
  return (await load({ "main.ts": codeFile(...statements) })).report;
}

/** The functions in the hands of a worker. */
function handsOf(project: Project | undefined, name = "main"): readonly string[] {
  const found = project?.space.get(name);
  return found?.kind === "worker" ? [...found.functions.keys()] : [];
}

describe("a worker from code", () => {
  test("is a function of the project by the name of its export, or by its own", async () => {
    const { project, report } = await load({
      "main.ts": codeFile(
        'export const main = worker({ instructions: "Do it.", toolsets: ["helper", "_x"] });',
        'export const other = worker({ name: "helper", instructions: "Help." });',
        'export const _x = worker({ instructions: "Skipped." });',
      ).replace(', "_x"', ""),
    });
    expect(report).toBe("");
    expect([...(project?.space.keys() ?? [])]).toEqual(["main", "helper"]);
    expect(handsOf(project)).toEqual(["helper"]);
  });

  test("is named by a file, and names workers, toolsets and references of files", async () => {
    const { project, report } = await load({
      "main.worker": workerFile("toolsets: [made]"),
      "helper.worker": workerFile(),
      "made.ts": codeFile(
        'export const made = worker({ instructions: "Do it.", toolsets: { helper: {}, notes: { _approval_config: { add: { pre_approved: true } } }, filesystem: { base_path: "." }, "./made.ts#more": {} } });',
        'export const notes = toolset({ add: aTool("add") });',
        'export const more = toolset({ extra: aTool("extra") });',
      ),
    });
    expect(report).toBe("");
    expect(handsOf(project)).toEqual(["made"]);
    expect(handsOf(project, "made")).toEqual(
      expect.arrayContaining(["helper", "add", "read_file", "extra"]),
    );
    const made = project?.space.get("made") as Extract<LlmFunction, { kind: "worker" }>;
    expect(made.functions.get("add")?.approval.preApproved).toBe(true);
  });

  test("takes values for names: toolsets, factories with configuration, tools, workers", async () => {
    const { project, report } = await load({
      "main.ts": codeFile(
        'const helper = worker({ instructions: "Help.", toolsets: { inner: worker({ instructions: "In." }) } });',
        'const search = toolset(z.object({ limit: z.number() }), ({ limit }) => toolset({ ["search_" + limit]: aTool("s") }));',
        'export const main = worker({ instructions: "Do it.", toolsets: { helper, one: aTool("one"), two: toolset({ add: aTool("add") }), search: [search, { limit: 3 }], blocked: [toolset({ cut: aTool("cut") }), { _approval_config: { cut: { blocked: true } } }] } });',
      ),
    });
    expect(report).toBe("");
    expect(handsOf(project)).toEqual(["helper", "one", "add", "search_3", "cut"]);
    expect(handsOf(project, "helper")).toEqual(["inner"]);
    const main = project?.entry as Extract<LlmFunction, { kind: "worker" }>;
    expect(main.functions.get("cut")?.approval.blocked).toBe(true);
  });

  test("is one worker, however often it is named", async () => {
    const { project, report } = await load({
      "main.ts": codeFile(
        'export const shared = worker({ instructions: "Help." });',
        'export const main = worker({ instructions: "Do it.", toolsets: { shared, second: worker({ instructions: "x", toolsets: { shared } }) } });',
      ),
    });
    expect(report).toBe("");
    expect([...(project?.space.keys() ?? [])].toSorted()).toEqual(["main", "second", "shared"]);
  });
});

describe("what is wrong with a worker from code", () => {
  test.each<[string, string, string, string]>([
    [
      "a misspelt key",
      '{ instructions: "x", modle: "a:b" }',
      'unknown key "modle"',
      'write "model"',
    ],
    [
      "a misspelt setting",
      '{ instructions: "x", settings: { maxTokns: 1 } }',
      'unknown key "maxTokns" in "settings"',
      'write "maxTokens"',
    ],
    [
      "the spelling of a file",
      '{ instructions: "x", settings: { max_tokens: 1 } }',
      'unknown key "max_tokens"',
      'write "maxTokens"',
    ],
    [
      "a wrong setting",
      '{ instructions: "x", settings: { temperature: NaN } }',
      '"settings.temperature" must be a number from 0 to 2, not the number NaN',
      "",
    ],
    [
      "a budget of thinking",
      '{ instructions: "x", settings: { thinking: { budgetTokens: 0 } } }',
      '"settings.thinking.budgetTokens" must be',
      "",
    ],
    [
      "a wrong limit",
      '{ instructions: "x", limits: { timeoutMs: -1 } }',
      '"limits.timeoutMs" must be a number above 0',
      "",
    ],
    ["no instructions", '{ model: "a:b" }', "worker() has no instructions", "add instructions"],
    ["empty instructions", '{ instructions: " " }', '"instructions" must be', ""],
    [
      "two ways to say the model",
      '{ instructions: "x", model: "a:b", compatibleModels: ["a:*"] }',
      "exclude each other",
      "keep one",
    ],
    [
      "code where JSON is",
      '{ instructions: () => "x" }',
      '"instructions" must be JSON, not a function',
      "",
    ],
    [
      "an object of a class",
      '{ instructions: "x", settings: new Map() }',
      '"settings" must be JSON, not an object of a class',
      "",
    ],
    ["no schema", '{ instructions: "x", input: 3 }', '"input" must be a schema', ""],
    [
      "an input that is no object",
      '{ instructions: "x", input: z.string() }',
      '"input": it must describe an object',
      "",
    ],
    [
      "a JSON Schema that is no object",
      '{ instructions: "x", input: { type: "string" } }',
      '"input" must describe an object',
      "",
    ],
    [
      "a JSON Schema that values cannot be held to",
      '{ instructions: "x", output: { $dynamicRef: "#x" } }',
      '"output',
      "",
    ],
    [
      "a server tool",
      '{ instructions: "x", serverTools: [{ type: "web_serch" }] }',
      '"serverTools[0].type" must be one of',
      'write "web_search"',
    ],
    [
      "both kinds of domains",
      '{ instructions: "x", serverTools: [{ type: "web_search", allowedDomains: ["a"], blockedDomains: ["b"] }] }',
      "has both allowedDomains and blockedDomains",
      "",
    ],
    [
      "an unknown toolset",
      '{ instructions: "x", toolsets: { nots: {} } }',
      'unknown toolset "nots"',
      "",
    ],
    [
      "a value without a name",
      '{ instructions: "x", toolsets: [aTool("a")] }',
      '"toolsets[0]" has no name',
      "write toolsets: { NAME: VALUE }",
    ],
    [
      "a value in the place of names",
      '{ instructions: "x", toolsets: aTool("a") }',
      '"toolsets" must be',
      "write toolsets: { NAME: VALUE }",
    ],
    [
      "what is no toolset",
      '{ instructions: "x", toolsets: { a: { add: () => 1 } } }',
      '"toolsets.a.add" must be JSON, not a function',
      "make it with toolset",
    ],
    [
      "the name of a built-in toolset",
      '{ instructions: "x", toolsets: { shell: toolset({ a: aTool("a") }) } }',
      '"shell" is the name of a built-in toolset',
      "",
    ],
    [
      "a configuration that nothing takes",
      '{ instructions: "x", toolsets: { t: [toolset({ a: aTool("a") }), { deep: 1 }] } }',
      "takes no configuration, and gets deep",
      "",
    ],
    [
      "a worker under another name",
      '{ instructions: "x", toolsets: { a: worker({ name: "b", instructions: "y" }) } }',
      '"toolsets.a" is a worker of the name "b"',
      "write toolsets: { b: ... }",
    ],
    ["a wrong name", '{ instructions: "x", name: "a b" }', '"name" must be 1 to 64 letters', ""],
  ])("%s is said with the place of the call", async (_title, spec, says, hint) => {
    const report = await reportOf("", `export const main = worker(${spec});`);
    expect(report).toContain(says);
    expect(report).toContain(hint);
    expect(report).toMatch(new RegExp(`^ {2}at main\\.ts:${FIRST + 1}:\\d+$`, "m"));
    expect(report).toContain('Failed to load "main.ts"');
  });

  test("is found by check, all of it in one pass", async () => {
    const { lines } = await check({
      "main.ts": codeFile(
        'export const main = worker({ model: "test", instructions: "x", toolsets: { nots: {} } });',
        'export const a = worker({ model: "test", instructions: "x", settings: { tempratur: 1 } });',
        'export const b = worker({ model: "test", instructions: "x", output: { $dynamicRef: "#x" } });',
        'export const c = worker({ model: "nobody:none", instructions: "x" });',
      ),
    });
    expect(lines.map((line) => line.replace(/(:\d+):\d+: .*/, "$1"))).toEqual(
      [0, 1, 2, 3].map((line) => `main.ts:${FIRST + line}`),
    );
  });

  test("two workers of one name are a clash with the place of one of them", async () => {
    const report = await reportOf(
      'export const main = worker({ instructions: "x", toolsets: { a: worker({ instructions: "1" }) } });',
      'export const b = worker({ instructions: "x", toolsets: { a: worker({ instructions: "2" }) } });',
    );
    expect(report).toContain("two functions have this name");
    expect(report).toMatch(new RegExp(`at main\\.ts:(?:${FIRST}|${FIRST + 1}):\\d+`));
  });
});

describe("the requests of a worker from code", () => {
  const words = fc.string({ minLength: 1 }).filter((text) => /\S/.test(text.trim()));
  const schema = fc.constantFrom(undefined, {
    type: "object",
    properties: { kind: { enum: ["bug", "question"] }, n: { type: "integer", default: 3 } },
    required: ["kind"],
  });
  const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const said = fc.record({
    instructions: words,
    description: optional(words),
    model: optional(fc.constantFrom("test:a", "anthropic:claude-haiku-4-5")),
    settings: optional(
      fc.record(
        {
          temperature: fc.constantFrom(0, 0.5),
          maxTokens: fc.integer({ min: 1, max: 9 }),
          stopSequences: fc.array(words, { maxLength: 2 }),
          thinking: fc.constantFrom("low", { budgetTokens: 7 }),
          cache: fc.constantFrom(true, "1h"),
          toolChoice: fc.constant("auto"),
        },
        { requiredKeys: [] },
      ),
    ),
    serverTools: optional(
      fc.array(
        fc.record({ type: fc.constant("web_search"), maxUses: fc.integer({ min: 1, max: 3 }) }),
      ),
    ),
    input: schema,
    output: schema,
    toolsets: optional(
      fc.constantFrom(["helper"], { helper: {} }, { filesystem: { base_path: "." } }),
    ),
  });

  type Said = typeof said extends fc.Arbitrary<infer Spec> ? Spec : never;

  const snake = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(snake);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [
        key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        snake(field),
      ]),
    );
  };

  const keyOf = (request: ModelRequest) =>
    keyOfState(request.messages.reduce(nextState, headState(request)));

  /** A file with the same words. */
  function fileOf({ instructions, settings, serverTools, input, output, ...rest }: Said): string {
    const tools = serverTools?.map(({ type, maxUses }) => ({ tool_type: type, max_uses: maxUses }));
    const keys = {
      ...rest,
      settings: snake(settings),
      server_side_tools: tools,
      input_schema: input,
      output_schema: output,
    };
    const lines = Object.entries(keys).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`],
    );
    return ["---", ...lines, "---", instructions, ""].join("\n");
  }

  async function askedBy(project: Project | undefined, input: unknown): Promise<readonly string[]> {
    if (!project) throw new Error("it does not load");
    const { asked } = await runEntry(project.entry, {
      input,
      model: "test:given",
      space: [...project.space.values()],
    });
    return asked.map(({ caller: _caller, ...request }) => keyOf(request));
  }

  test("have the keys of a file with the same words", async () => {
    await fc.assert(
      fc.asyncProperty(said, async (spec) => {
        const files = { "helper.worker": workerFile("description: Helps.") };
        const inFile = await load({ ...files, "main.worker": fileOf(spec) });
        const inCode = await load(files, { worker: worker(spec as never) });
        expect(inFile.report).toBe("");
        expect(inCode.report).toBe("");
        const input = spec.input ? { kind: "bug" } : { input: "Go." };
        const keys = await askedBy(inCode.project, input);
        expect(keys.length).toBeGreaterThan(0);
        expect(keys).toEqual(await askedBy(inFile.project, input));
      }),
      { numRuns: 60 },
    );
  });
});
