import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { observeCase } from "../../src/testing/cases/run/observe-case.ts";
import { mutationsOf } from "../../src/testing/mutate/mutations-of.ts";
import { caseProject } from "../support/cases.ts";
import { CODE_IMPORTS, mutated, observed } from "../support/varied-cases.ts";

const MAIN = `---
model: anthropic:claude-haiku-4-5
toolsets: { tools: {}, helper: {} }
---
Help people of 2026-11-24 with sums.
`;
const HELPER = `---
model: anthropic:claude-haiku-4-5
settings: { max_tokens: 64 }
---
Be brief.
`;
const TOOLS = `${CODE_IMPORTS}
export const tools = toolset({
  double: tool({
    description: "Double a number.",
    input: z.object({ n: z.number() }),
    effect: "pure",
    approval: "allow",
    run: ({ n }) => { if (n === 0) throw new Error("nothing to double"); return n * 2; },
  }),
  never: tool({ description: "Never called.", input: z.object({}), effect: "pure", run: () => 1 }),
});
export const sum = tool({
  description: "Add.",
  input: z.object({ a: z.number(), b: z.number(), note: z.string().optional() }),
  effect: "pure",
  run: async ({ a, b }, ctx) => (await ctx.call("plus", [a, b])) * 1,
});
export const plus = tool({
  description: "Add.",
  input: z.array(z.number()),
  effect: "pure",
  run: (numbers) => numbers.reduce((left, right) => left + right, 0),
});
export const write = tool({
  description: "Write a file.",
  input: z.object({ name: z.string() }),
  effect: "local",
  run: async ({ name }, ctx) => {
    const { writeFileSync } = await import("node:fs");
    writeFileSync(ctx.cwd + "/" + name, "text");
    return "done";
  },
});
`;
const ANSWERS = `
- - tool_call: { name: double, input: { n: 4 } }
  - tool_call: { name: double, input: { n: 0 } }
- tool_call: { name: helper, input: { input: Say it. } }
- Eight.
- It is 8.
`;
const FILES = {
  "main.worker": MAIN,
  "helper.worker": HELPER,
  "tools.ts": TOOLS,
  "answers.yaml": ANSWERS,
};
const CASE = `
files: [main.worker, helper.worker, tools.ts]
script: answers.yaml
cases:
  - name: one
    input: Double four.
    expect: { output: It is 8. }
`;

/** A case of code alone, with an input and an expectation. */
function codeCase(input: string, expected: string, entry = "sum"): string {
  const lines = [`files: [tools.ts]`, `cases:`, `  - name: one`, `    entry: ${entry}`];
  return [...lines, "    cassette: none", `    input: ${input}`, `    expect: ${expected}`].join(
    "\n",
  );
}

describe("a case of a worker", () => {
  test("notices each change by a miss, and nothing is changed that its run did not use", async () => {
    using project = caseProject(FILES);
    const verdicts = await mutated(project, CASE);
    const names = [
      "the input",
      "the instructions of main",
      ...["double", "never", "helper"].flatMap((name) => [
        `the description of ${name}, which main may call`,
        `the input schema of ${name}, which main may call`,
      ]),
      "the setting temperature of main",
      "the instructions of helper",
      "the setting maxTokens of helper",
      "the result of main/double",
      "the result of main/double#2",
      "the result of main/helper",
    ];
    expect(verdicts).toEqual(Object.fromEntries(names.map((name) => [name, "miss"])));
  });

  test("leaves its cassette as it is", async () => {
    using project = caseProject(FILES);
    await project.run(CASE, { mode: "record" });
    const cassette = join(project.path, "cassettes/main/one.yaml");
    const before = readFileSync(cassette, "utf8");
    await mutated(project, CASE.replace("script: answers.yaml", ""));
    expect(readFileSync(cassette, "utf8")).toBe(before);
  });

  test("does not notice what a volatile rule hides; told are the rule and the recording", async () => {
    const config = { "llm-do.yaml": "volatile: ['\\d{4}-\\d\\d-\\d\\d']\n" };
    using project = caseProject({ ...FILES, ...config });
    const verdicts = await mutated(project, CASE);
    const survived = Object.entries(verdicts).filter(([, verdict]) => verdict !== "miss");
    expect(survived.map(([name]) => name)).toEqual([
      "the instructions of main, where a rule hides it (1)",
    ]);
    const [[, message] = []] = survived;
    expect(message?.replaceAll(project.path, ".").split("\n")).toEqual([
      "nobody notices a change of the instructions of main, where a rule hides it (1)",
      "  changed: Help people of [-2026-11-24-]{+2027-11-24+} with sums.",
      expect.stringMatching(/^ {2}answered nevertheless: recording [0-9a-f]{16}, call main$/),
      expect.stringMatching(/^ {4}at \.\/cassettes\/main\/one\.yaml:\d+$/),
      "Try: narrow the volatile rule '\\d{4}-\\d\\d-\\d\\d' of llm-do.yaml, which hides it",
      "Try: expect what follows from it: output, calls with their input, files",
    ]);
  });

  test("does not notice a tool result that rules hide as a whole", async () => {
    using project = caseProject({ ...FILES, "llm-do.yaml": "volatile: ['Eight.*']\n" });
    const { "the result of main/helper": verdict = "" } = await mutated(project, CASE);
    expect(verdict).toBe("miss");
    using other = caseProject({ ...FILES, "llm-do.yaml": "volatile: ['\\w+\\.$']\n" });
    const { "the result of main/helper": hidden = "" } = await mutated(other, CASE);
    expect(hidden).toContain("changed: [-Eight-]{+Eighu+}.");
    expect(hidden).toContain("answered nevertheless: recording ");
  });

  test("is not mutated where it fails, and says why", async () => {
    using project = caseProject(FILES);
    const observation = await observeCase(project.read(CASE), project.settings);
    expect(observation).toEqual({ kind: "unfit", reason: expect.stringContaining("one.yaml") });
  });
});

describe("the id of a mutation", () => {
  async function idsOf(files: Record<string, string>, cases: string) {
    using project = caseProject(files);
    const found = mutationsOf(await observed(project, cases));
    return new Map(found.map(({ name, id }) => [name, id]));
  }

  test("is its own, and the same in another copy of the project", async () => {
    const ids = await idsOf(FILES, CASE);
    expect(new Set(ids.values()).size).toBe(ids.size);
    expect([...ids.values()].filter((id) => !/^[a-f][0-9a-f]{7}$/.test(id))).toEqual([]);
    expect(await idsOf(FILES, CASE)).toEqual(ids);
  });

  test("stays when something else changes", async () => {
    const before = await idsOf(FILES, CASE);
    const after = await idsOf(
      {
        ...FILES,
        "main.worker": MAIN.replace("{ tools: {}, helper: {} }", "{ helper: {}, tools: {} }"),
        "helper.worker": HELPER.replace("Be brief.", "Answer in a word."),
        "tools.ts": TOOLS.replace(
          "  never: tool(",
          "  other: tool({ description: 'Other.', input: z.object({}), effect: 'pure', run: () => 1 }),\n  never: tool(",
        ),
        "llm-do.yaml": "volatile: ['\\d{4}-\\d\\d-\\d\\d']\n",
      },
      CASE.replace("expect: {", "expect: { exit_code: 0,"),
    );
    const changed = [...before]
      .filter(([name, id]) => after.get(name) !== id)
      .map(([name]) => name);
    expect(changed).toEqual(["the instructions of helper"]);
    expect(after.size).toBe(before.size + 3);
  });

  test("is another one for another case, and for other words in the place that is changed", async () => {
    const before = await idsOf(FILES, CASE);
    const renamed = await idsOf(FILES, CASE.replace("name: one", "name: two"));
    const ids = new Set(renamed.values());
    expect([...before.values()].filter((id) => ids.has(id))).toEqual([]);
    const said = await idsOf(FILES, CASE.replace("input: Double four.", "input: Double five."));
    expect(said.get("the input")).not.toBe(before.get("the input"));
  });
});

describe("a case of code", () => {
  test("notices by its expectation a change of the input and of what code is given", async () => {
    using project = caseProject(FILES);
    expect(await mutated(project, codeCase("{ a: 1, b: 2 }", "{ output: 3 }"))).toEqual({
      "the input's a": "expectation",
      "the input's b": "expectation",
      "the result of sum/plus": "expectation",
    });
  });

  test("without an expectation notices nothing", async () => {
    using project = caseProject(FILES);
    const verdicts = await mutated(project, codeCase("{ a: 1, b: 2 }", "{}"));
    expect(Object.keys(verdicts)).toHaveLength(3);
    expect(verdicts["the input's a"]?.split("\n")).toEqual([
      "nobody notices a change of the input's a",
      '  changed: {"a":[-1-]{+2+},"b":2}',
      "  all that models were asked is the same",
      "Try: expect what follows from it: output, calls with their input, files",
      "Try: or remove it, where nothing follows from it",
    ]);
  });

  test("is held to its snapshot as to an expectation", async () => {
    using project = caseProject(FILES);
    const verdicts = await mutated(project, codeCase("{ a: 1, b: 2 }", "{ snapshot: true }"));
    expect(new Set(Object.values(verdicts))).toEqual(new Set(["expectation"]));
  });

  test("does not notice an input that its code overlooks", async () => {
    using project = caseProject(FILES);
    const verdicts = await mutated(project, codeCase("{ a: 1, b: 2, note: x }", "{ output: 3 }"));
    expect(verdicts["the input's note"]).toContain("nobody notices");
  });

  test("writes nothing under another name, as long as it has no workspace", async () => {
    using project = caseProject(FILES);
    const cases = codeCase("{ name: note.txt }", "{ output: done }", "write");
    expect(await mutated(project, cases)).toEqual({ "the input's name": "miss" });
    expect(existsSync(join(project.path, "note.txt"))).toBe(true);
    expect(existsSync(join(project.path, "notf.txu"))).toBe(false);
  });

  test("writes what it likes into the copy of its workspace, where expectations look", async () => {
    using project = caseProject({ ...FILES, "work/here.txt": "" });
    const cases = codeCase("{ name: note.txt }", "{ output: done }", "write").replace(
      "cases:",
      "workspace: work\ncases:",
    );
    const loose = await mutated(project, cases);
    expect(loose["the input's name"]).toContain("nobody notices");
    const tight = cases.replace("{ output: done }", "{ files: { note.txt: present } }");
    expect(await mutated(project, tight)).toEqual({ "the input's name": "expectation" });
  });
});
