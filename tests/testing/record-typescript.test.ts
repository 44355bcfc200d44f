import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isToldResult, type ModelServer, modelServer } from "../support/model-server.ts";
import { copyOf, type VitestProject, vitestProject } from "../support/vitest-project.ts";

const WORKER = `---
model: anthropic:claude-haiku-4-5
toolsets:
  pay: { _approval_config: { refund: { pre_approved: true }, add: { pre_approved: true } } }
---
Refund politely.
`;
const TOOLS = `
import { tool, toolset } from "llm-do";
import { z } from "zod";
import { appendFileSync } from "node:fs";
export const pay = toolset({
  refund: tool({ description: "Refund.", input: z.object({ amount: z.number() }), effect: "external",
    run: ({ amount }) => { appendFileSync("log.txt", "REFUND " + amount + "\\n"); return "done"; } }),
  add: tool({ description: "Add.", input: z.object({}), effect: "pure", run: () => 5 }),
});
`;
const TEST = `
import { test } from "llm-do/vitest";
import { expect, vi } from "vitest";
test("refunds", async ({ llm }) => {
  const add = vi.fn(() => 5);
  const run = await llm({ files: ["main.worker", "tools.ts"], input: "Go.", doubles: { add } });
  expect(add).toHaveBeenCalledTimes(1);
  expect(run).toHaveOutput("Refunded.");
});
`;
const CASSETTE = "cassettes/main.test/refunds.yaml";

const refunding =
  (amount: number, said = "Refunded."): ModelServer["answer"] =>
  (asked) =>
    isToldResult(asked)
      ? [said]
      : [
          { tool: "refund", input: { amount } },
          { tool: "add", input: {} },
        ];

let recorded: VitestProject;
let first: string;

beforeAll(async () => {
  await using model = await modelServer(refunding(20));
  recorded = vitestProject({ "main.worker": WORKER, "tools.ts": TOOLS, "main.test.ts": TEST });
  const { code, stdout, stderr } = await recorded.test(["--mode", "record"], { env: model.env });
  first = stdout + stderr;
  expect(code).toBe(0);
}, 120_000);

afterAll(() => recorded[Symbol.dispose]());

async function recordedProject() {
  const model = await modelServer(refunding(20));
  const project = copyOf(recorded);
  const record = async (mode = "auto") => {
    const { code, stdout, stderr } = await project.test(["--mode", mode], { env: model.env });
    return { code, text: stdout + stderr };
  };
  const read = (file: string) => readFileSync(join(project.path, file), "utf8");
  const edit = (word: string) => project.write({ "main.worker": WORKER.replace("politely", word) });
  return {
    model,
    project,
    record,
    read,
    edit,
    [Symbol.asyncDispose]: async () => {
      project[Symbol.dispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

test("a test in TypeScript is recorded and replayed, and its doubles are called once", async () => {
  await using one = await recordedProject();
  expect(first).toContain("Ran  refunds: refund, for real");
  expect((await one.project.test()).code).toBe(0);
  one.edit("kindly");
  const again = await one.record();
  expect([again.code, one.read("log.txt")]).toEqual([0, "REFUND 20\n"]);
  expect(one.read(CASSETTE)).toContain("kindly");
  expect(one.read(CASSETTE)).not.toContain("politely");
});

test("a test in TypeScript that fails keeps its old recording, and makes no other call", async () => {
  await using one = await recordedProject();
  const before = one.read(CASSETTE);
  one.edit("kindly");
  one.model.answer = refunding(20, "I will not.");
  const failing = await one.record();
  expect(failing.code).toBe(1);
  expect(failing.text).toContain(`The cassette is unchanged; what was recorded is in `);
  expect(one.read(CASSETTE)).toBe(before);
  expect(one.read(`${CASSETTE}.recording`)).toContain("I will not.");
  one.edit("gladly");
  one.model.answer = refunding(25);
  const other = await one.record("record");
  expect(other.code).toBe(3);
  expect(other.text).toContain('say in the test what answers: doubles: { "refund": () => "done" }');
  expect([one.read(CASSETTE), one.read("log.txt")]).toEqual([before, "REFUND 20\n"]);
  expect(existsSync(join(one.project.path, `${CASSETTE}.lock`))).toBe(false);
});

test("a test in TypeScript whose recording cannot be replayed fails at once", async () => {
  await using one = await recordedProject();
  const before = one.read(CASSETTE);
  one.project.write({
    "main.test.ts": TEST.replace('input: "Go."', 'input: "Go.", approvals: "headless"')
      .replace(", doubles: { add }", "")
      .replace("  expect(add).toHaveBeenCalledTimes(1);\n", ""),
    "tools.ts": TOOLS.replace("run: () => 5", "run: () => new Date().toDateString()"),
  });
  one.edit("kindly");
  const { code, text } = await one.record();
  expect(text).toMatch(/its recording cannot be replayed: the output of the tool "add" changed/);
  expect([code, one.read(CASSETTE)]).toEqual([3, before]);
});

test("an assertion that fails since the run did not end well does not hide why", async () => {
  using project = vitestProject({
    "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nGreet.\n",
    "main.test.ts": `
import { test } from "llm-do/vitest";
import { expect } from "vitest";
const greeting = { files: ["main.worker"], input: "Hi." };
test("plain", async ({ llm }) => expect((await llm(greeting)).output).toBe("Hello."));
test("matched", async ({ llm }) => expect(await llm(greeting)).toHaveOutput("Hello."));
test("expected", async ({ llm }) => {
  const run = await llm(greeting);
  expect(run).toHaveFailed("cassette-miss");
  expect(run.output).toBe("Hello.");
});
`,
  });
  const { code, stderr } = await project.test();
  expect(stderr).toContain("expected undefined to be 'Hello.'");
  const reported = [...stderr.matchAll(/CaseFailed: Failed to replay .*\n.*\n/g)];
  expect(reported.map(String)).toEqual([
    expect.stringContaining("Try: record it: llm-do test main.test.ts -t"),
  ]);
  expect(stderr).toMatch(/the run ended in an error\nFailed to replay/);
  expect(code).toBe(1);
});

/** Inputs that hold the time, by the file of their test, with what stands before it. */
const TIMES: Readonly<Record<string, readonly [input: string, before: string]>> = {
  number: ["String(Date.now())", ""],
  text: ["`It is ${new Date().toISOString()}.`", ""],
  start: ["STARTED", "const STARTED = String(new Date());"],
};

test("an input that is the time is no recording, however it came there", async () => {
  await using model = await modelServer(() => ["Noted."]);
  const tests = Object.entries(TIMES).map(([name, [input, before]]) => [
    `${name}.test.ts`,
    `
import { test } from "llm-do/vitest";
import { expect } from "vitest";
${before}
test("notes ${name}", async ({ llm }) => {
  expect(await llm({ files: ["main.worker"], input: ${input} })).toHaveOutput("Noted.");
});
`,
  ]);
  using project = vitestProject({
    "main.worker": WORKER.replace(/toolsets:[\s\S]*?---/, "---"),
    ...Object.fromEntries(tests),
  });
  const first = await project.test(["--mode", "record"], { env: model.env });
  const said = first.stdout + first.stderr;
  for (const name of Object.keys(TIMES)) {
    const failure = said.slice(said.indexOf(`FAIL  ${name}.test.ts > notes ${name}`));
    expect(failure.split(/\n *FAIL /)[0]).toMatch(
      /its recording cannot be replayed: the test's input holds the time \(.*\), which is another in each run/,
    );
    const cassette = `cassettes/${name}.test/notes-${name}.yaml`;
    expect(existsSync(join(project.path, cassette))).toBe(false);
    // Where it would stand: what was recorded is kept beside it.
    expect(existsSync(join(project.path, `${cassette}.recording`))).toBe(true);
  }
  expect(first.code).toBe(3);
});

test("an input whose time the test fixed, or a rule replaces, is recorded", async () => {
  await using model = await modelServer(() => ["Noted."]);
  using project = vitestProject({
    "main.worker": WORKER.replace(/toolsets:[\s\S]*?---/, "---"),
    "llm-do.yaml": "volatile: ['at \\d{13}']\n",
    "main.test.ts": `
import { test } from "llm-do/vitest";
import { expect, vi } from "vitest";
test("fixed", async ({ llm }) => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-30T09:00:00Z") });
  const input = String(Date.now());
  vi.useRealTimers();
  expect(await llm({ files: ["main.worker"], input })).toHaveOutput("Noted.");
});
test("ruled", async ({ llm }) => {
  const input = "at " + Date.now();
  expect(await llm({ files: ["main.worker"], input })).toHaveOutput("Noted.");
});
`,
  });
  const first = await project.test(["--mode", "record"], { env: model.env });
  expect([first.code, first.stderr]).toEqual([0, expect.anything()]);
  expect((await project.test()).code).toBe(0);
});
