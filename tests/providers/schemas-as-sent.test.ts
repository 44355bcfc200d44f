import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/model/json.ts";
import { sentFormat, sentInputs, sentTools, wireServer } from "../support/answering-server.ts";
import { check } from "../support/checking.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";
import { strictRule, TOOL_RULES } from "./api-rules/schemas.ts";

const MODELS = [
  ["anthropic", "anthropic:claude-haiku-4-5"],
  ["openai", "openai:gpt-5-mini"],
  ["openai", "openai-chat:gpt-4.1"],
  ["grammar", "ollama:qwen3"],
] as const;

interface ToolCase {
  readonly what: string;
  /** The schema in zod. */
  readonly input: string;
  /** An input as the tool takes it. */
  readonly value: Json;
  /** The same as the model gives it, where names are mapped and where they are not. */
  readonly sent: { readonly mapped: Json; readonly plain: Json };
}

function same(value: Json): ToolCase["sent"] {
  return { mapped: value, plain: value };
}

const UNION = `z.discriminatedUnion("action", [
  z.object({ action: z.literal("lookup"), id: z.string() }),
  z.object({ action: z.literal("search"), query: z.string() }),
])`;

const TOOLS: readonly ToolCase[] = [
  { what: "a text", input: "z.string()", value: "hello", sent: same({ value: "hello" }) },
  { what: "a list", input: "z.array(z.string())", value: ["a"], sent: same({ value: ["a"] }) },
  {
    what: "a number or nothing",
    input: "z.number().nullable()",
    value: null,
    sent: same({ value: null }),
  },
  {
    what: "one of several objects",
    input: UNION,
    value: { action: "search", query: "x" },
    sent: same({ action: "search", query: "x" }),
  },
  {
    what: "an object or a text",
    input: "z.union([z.object({ id: z.string() }), z.string()])",
    value: { id: "a" },
    sent: same({ value: { id: "a" } }),
  },
  {
    what: "names that are not taken everywhere",
    input:
      'z.object({ "$filter": z.string(), "@odata.type": z.string().optional(), top: z.number() })',
    value: { $filter: "a", top: 1 },
    sent: { mapped: { filter: "a", top: 1 }, plain: { $filter: "a", top: 1 } },
  },
  {
    what: "a record",
    input: "z.record(z.string(), z.number())",
    value: { "any key": 1 },
    sent: same({ "any key": 1 }),
  },
  {
    what: "a tuple and a pattern that looks around",
    input:
      "z.object({ at: z.tuple([z.string(), z.number()]), p: z.string().regex(/^(?=.*\\d).+$/) })",
    value: { at: ["x", 1], p: "a1" },
    sent: same({ at: ["x", 1], p: "a1" }),
  },
  {
    what: "an object that holds itself",
    input: "z.object({ name: z.string(), get inner() { return z.optional(z.lazy(() => Node)); } })",
    value: { name: "a", inner: { name: "b" } },
    sent: same({ name: "a", inner: { name: "b" } }),
  },
];

/** Cases that are recorded, too; how they are recorded does not depend on the schema. */
const REPLAYED = ["a text", "one of several objects", "names that are not taken everywhere"];

function toolProject({ input }: ToolCase, model: string): Readonly<Record<string, string>> {
  const named = input.includes("Node") ? "Node" : input;
  return {
    "main.worker": `---\nmodel: ${model}\ntoolsets: [take]\n---\nTake it.\n`,
    "tools.ts": `import { tool } from "llm-do";
import { z } from "zod";
${input.includes("Node") ? `const Node = ${input};` : ""}
export const take = tool({ description: "Takes it.", input: ${named}, effect: "pure", approval: "allow", run: (x) => "got " + JSON.stringify(x) });
`,
  };
}

describe.each(MODELS)("a tool's input (%s, %s)", (rules, model) => {
  test.each(TOOLS)("that is $what is sent as servers take it and comes back", async (asked) => {
    const sent = rules === "openai" ? asked.sent.plain : asked.sent.mapped;
    await using server = await wireServer([{ tool: "take", input: sent }, "done"]);
    using folder = folderWith(toolProject(asked, model));
    const recorded = ["--cassette", "c.yaml", "main.worker", "tools.ts", "go"];
    const options = { cwd: folder.path, env: server.env };
    const live = await runCliHere([...recorded, "--mode", "record"], options);
    expect(live).toMatchObject({ code: 0, stdout: "done\n" });
    const [tool] = sentTools(server.bodies[0]);
    expect(TOOL_RULES[rules](tool?.schema ?? {})).toEqual([]);
    expect(JSON.stringify(server.bodies[1])).toContain(
      JSON.stringify(`got ${JSON.stringify(asked.value)}`).slice(1, -1),
    );
    expect(sentInputs(server.bodies[1])).toEqual([sent]);
    if (!REPLAYED.includes(asked.what)) return;
    const cassette = readFileSync(join(folder.path, "c.yaml"), "utf8");
    const replayed = await runCliHere([...recorded, "--mode", "replay"], { cwd: folder.path });
    expect(replayed.stdout).toBe(live.stdout);
    expect(readFileSync(join(folder.path, "c.yaml"), "utf8")).toBe(cassette);
  });
});

test.each(TOOLS)("the model test calls a tool that takes $what", async (asked) => {
  using folder = folderWith(toolProject(asked, "test"));
  const { stdout } = await runCliHere(["main.worker", "tools.ts", "go", "--no-keep"], {
    cwd: folder.path,
  });
  expect(stdout).toContain("got ");
  expect(stdout).not.toContain("error");
});

test("variants at the root are told in the description", async () => {
  const union = TOOLS.find(({ input }) => input === UNION);
  if (!union) throw new Error("there is no such case");
  await using server = await wireServer(["done"]);
  using folder = folderWith(toolProject(union, "anthropic:claude-haiku-4-5"));
  await runCliHere(["main.worker", "tools.ts", "go", "--no-keep"], {
    cwd: folder.path,
    env: server.env,
  });
  const [tool] = sentTools(server.bodies[0]);
  expect(tool?.description).toBe(`Takes it.

The input has the properties of one of these lines; those in brackets may be left out:
- action: "lookup", id
- action: "search", query`);
});

const SCHEMAS = `import { z } from "zod";
export const Record = z.object({ counts: z.record(z.string(), z.number()) });
export const Open = z.looseObject({ a: z.string() });
export const Anything = z.strictObject({ n: z.any() });
export const Around = z.strictObject({ p: z.string().regex(/^(?=.*\\d).+$/) });
export const Tuple = z.strictObject({ n: z.tuple([z.string(), z.number()]) });
export const Fallback = z.strictObject({ a: z.string().catch("c") });
export const Choice = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("a"), a: z.string() }),
  z.strictObject({ kind: z.literal("b"), b: z.number() }),
]);
export const Tree: z.ZodType = z.strictObject({ get inner() { return z.array(Tree); } });
export const Plain = z.strictObject({ a: z.string() });
`;

interface OutputCase {
  readonly name: string;
  readonly value: JsonObject;
  /** By what means each wire carries it: its format, strictly or not, or a tool. */
  readonly means: readonly [anthropic: string, responses: string, chat: string];
}

const OUTPUTS: readonly OutputCase[] = [
  { name: "Record", value: { counts: { a: 1 } }, means: ["tool", "told", "told"] },
  { name: "Open", value: { a: "x", b: 1 }, means: ["tool", "told", "told"] },
  { name: "Anything", value: { n: [1] }, means: ["tool", "told", "told"] },
  { name: "Around", value: { p: "a1" }, means: ["held", "told", "told"] },
  { name: "Tuple", value: { n: ["a", 1] }, means: ["tool", "told", "told"] },
  { name: "Fallback", value: { a: "x" }, means: ["held", "told", "told"] },
  { name: "Choice", value: { kind: "b", b: 1 }, means: ["held", "tool", "tool"] },
  { name: "Tree", value: { inner: [{ inner: [] }] }, means: ["tool", "held", "held"] },
  { name: "Plain", value: { a: "x" }, means: ["held", "held", "held"] },
];

describe.each(MODELS.slice(0, 3).map((row, index) => [...row, index] as const))(
  "an output schema (%s, %s)",
  (rules, model, index) => {
    test.each(OUTPUTS)("$name is carried whole", async ({ name, value, means }) => {
      const isTool = means[index] === "tool";
      const input = name === "Choice" && isTool ? { answer: value } : value;
      const answer = isTool ? { tool: "final_answer", input } : JSON.stringify(value);
      await using server = await wireServer([answer]);
      const files = {
        "schemas.ts": SCHEMAS,
        "main.worker": `---\nmodel: ${model}\noutput_schema: schemas.ts#${name}\n---\nGo.\n`,
      };
      using folder = folderWith(files);
      const options = { cwd: folder.path, env: server.env };
      const live = await runCliHere(["main.worker", "go", "--no-keep"], options);
      expect(live.stderr).not.toContain("asked again");
      expect(JSON.parse(live.stdout)).toEqual(value);
      const [body] = server.bodies;
      const format = sentFormat(body);
      if (isTool) {
        expect(format).toBeUndefined();
        expect(TOOL_RULES[rules](sentTools(body)[0]?.schema ?? {})).toEqual([]);
      } else {
        expect(sentTools(body)).toEqual([]);
        const schema = format?.["schema"] as JsonObject; // a format has one
        if (format?.["strict"] === true) expect(strictRule(schema)).toEqual([]);
        if (rules !== "anthropic") expect(format?.["strict"]).toBe(means[index] === "held");
      }
      const { findings, notes } = await check(files);
      expect(findings).toEqual([]);
      const carrier = means[index] === "tool" ? "final_answer" : "without strict mode";
      if (means[index] === "held") expect(notes).toEqual([]);
      else
        expect(notes).toMatchObject([
          { note: expect.stringContaining(carrier), place: { line: 3 } },
        ]);
    });
  },
);

test("an inline schema is carried by the same means", async () => {
  await using server = await wireServer([{ tool: "final_answer", input: { counts: { a: 1 } } }]);
  using folder = folderWith({
    "main.worker": `---
model: anthropic:claude-haiku-4-5
output_schema:
  type: object
  properties: { counts: { type: object, additionalProperties: { type: integer } } }
  required: [counts]
---
Count.
`,
  });
  const args = ["main.worker", "go", "--cassette", "c.yaml", "--mode"];
  const options = { cwd: folder.path, env: server.env };
  const { stdout } = await runCliHere([...args, "record"], options);
  expect(JSON.parse(stdout)).toEqual({ counts: { a: 1 } });
  expect((await runCliHere([...args, "replay"], { cwd: folder.path })).stdout).toBe(stdout);
  expect(await runCliHere(["check", "main.worker"], options)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^1 function, nothing wrong\n {2}main\.worker:3:1: note: .*final_answer.*counts.*\n$/,
    ),
  });
  expect(sentTools(server.bodies[0])[0]?.schema).toMatchObject({
    properties: { counts: { additionalProperties: { type: "integer" } } },
  });
});

test("check finds an input that no value fits, and no request is sent for it", async () => {
  await using server = await wireServer([]);
  using folder = folderWith(
    toolProject(
      { what: "", input: "z.never()", value: null, sent: same(null) },
      "openai:gpt-5-mini",
    ),
  );
  const options = { cwd: folder.path, env: server.env };
  const checked = await runCliHere(["check", "main.worker", "tools.ts"], options);
  expect(checked.code).toBe(2);
  expect(checked.stderr).toContain("main.worker:3:12: no value fits the input schema of take");
  const ran = await runCliHere(["main.worker", "tools.ts", "go", "--no-keep"], options);
  expect(ran.code).toBe(2);
  expect(server.bodies).toEqual([]);
});
