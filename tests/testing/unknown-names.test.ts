import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { nodeHost } from "../../src/host/node-host.ts";
import { callsOf, type RunTestRequest, runTest, type TestRun } from "../../src/testing/index.ts";
import { registerMatchers } from "../../src/testing/vitest/matchers/matchers.ts";
import { mcpProject, TOLD } from "../mcp/mcp-project.ts";
import { aListedTool } from "../mcp/told-server.ts";
import { caseProject, failed } from "../support/cases.ts";
import { failure } from "../support/cassettes.ts";
import { writeFiles } from "../support/project.ts";
import { ADDS, addingProject } from "../support/test-project.ts";

registerMatchers();

const MCP_WORKER = `---
model: test:x
toolsets: { mcp: { command: ${JSON.stringify(process.execPath)}, args: [${JSON.stringify(TOLD)}, server.json, log.jsonl] } }
---
You look up.
`;

/** What an assertion that fails says. */
function said(assertion: () => unknown): string {
  try {
    assertion();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error("the assertion held");
}

let adds: TestRun;

beforeAll(async () => {
  using project = addingProject();
  adds = await project.run({ script: ADDS });
});

describe("a name that no function of the project has", () => {
  const known = "there is no such function (known: add, helper, mail, main)";

  test("fails a matcher and its negation, with the nearest name", () => {
    const wrong = `toHaveCalled names "ad": ${known}\nTry: write "add"`;
    expect(said(() => expect(adds).toHaveCalled("ad"))).toBe(wrong);
    expect(said(() => expect(adds).not.toHaveCalled("ad"))).toBe(wrong);
    expect(said(() => expect(adds).toHaveCalled("ad", { times: 0 }))).toBe(wrong);
    expect(said(() => expect(adds).not.toHaveCalled("zzzzzz"))).toBe(
      `toHaveCalled names "zzzzzz": ${known}`,
    );
    for (const order of [["add", "mial"], ["mial"]]) {
      const message = `toHaveCalledInOrder names "mial": ${known}\nTry: write "mail"`;
      expect(said(() => expect(adds).toHaveCalledInOrder(order))).toBe(message);
      expect(said(() => expect(adds).not.toHaveCalledInOrder(order))).toBe(message);
    }
  });

  test("has no calls to look at", () => {
    expect(said(() => callsOf(adds, "ad"))).toBe(`Failed to find calls of "ad": ${known}`);
    expect(callsOf(adds, "mail")).toEqual([]);
  });

  test("is no function that a test approves", async () => {
    using project = addingProject();
    const approvals = { ad: "deny" } as const;
    const error = await failure(() => project.run({ script: ADDS, approvals }));
    expect(error.report()).toBe(`Failed to approve "ad": ${known}\nTry: write "add" in approvals`);
  });
});

describe("a name that only a server could have", () => {
  const server = { tools: [aListedTool("look_up"), aListedTool("drop")] };
  const run = (folder: string, more: Partial<RunTestRequest> = {}) =>
    runTest({
      files: ["main.worker"],
      input: "Go.",
      script: [{ tool_call: { name: "look_up", input: {} } }, "Done."],
      host: { ...nodeHost(), cwd: folder },
      ...more,
    });
  const files = { "server.json": JSON.stringify(server) };
  const mcp = { command: process.execPath, args: [TOLD, "server.json", "log.jsonl"] };

  test("is known when the run has asked for the server's tools", async () => {
    using folder = mcpProject({ mcp, files, script: "" });
    const approvals = { look_up: "allow" } as const;
    const done = await run(folder.path, { approvals });
    expect(done).toHaveCalled("look_up");
    expect(done).not.toHaveCalled("drop");
    expect(said(() => expect(done).not.toHaveCalled("look_pu"))).toContain('Try: write "look_up"');
    const typo = { ...approvals, dorp: "allow" } as const;
    const error = await failure(() => run(folder.path, { approvals: typo }));
    expect(error.tries).toEqual(['write "drop" in approvals']);
  });

  test("may be right when nobody asked for them", async () => {
    using folder = mcpProject({ mcp, files, script: "" });
    const done = await run(folder.path, { script: ["Done."], limits: { maxTokens: 1 } });
    expect(done.functions).toEqual({ names: ["drop", "look_up", "main"], isComplete: true });
    const main = "---\nmodel: test:x\ntoolsets: { other: {} }\n---\nYou delegate.\n";
    writeFiles(folder.path, { "start.worker": main, "other.worker": MCP_WORKER });
    const idle = await run(folder.path, {
      files: ["start.worker", "other.worker"],
      entry: "start",
      script: ["Done."],
    });
    expect(idle.functions).toEqual({ names: ["other", "start"], isComplete: false });
    expect(idle).not.toHaveCalled("look_up");
  });
});

describe("a denial", () => {
  test("of a function that runs without a question fails the test", async () => {
    using project = addingProject();
    const denied = { add: "deny" } as const;
    const error = await failure(() => project.run({ script: ADDS, approvals: denied }));
    expect(error.reason).toBe("main/add ran all the same: nobody was asked about it");
  });

  test("that an old recording overrules fails the test", async () => {
    using project = addingProject();
    const script = [{ tool_call: { name: "mail", input: { to: "Ada" } } }, "Done."];
    const path = "mail.yaml";
    const allowed = { mail: "allow" } as const;
    await project.run({ cassette: { path, mode: "record" }, script, approvals: allowed });
    const denied = { mail: "deny" } as const;
    const error = await failure(() => project.run({ cassette: { path }, approvals: denied }));
    expect(error.reason).toBe("main/mail ran all the same: its recording allows it");
  });

  test("that is given, or not asked for, does not", async () => {
    using project = addingProject();
    const script = [{ tool_call: { name: "mail", input: { to: "Ada" } } }, "Sorry."];
    const approvals = { mail: "deny", helper: "deny" } as const;
    const run = await project.run({ script, approvals });
    expect([run.output, callsOf(run, "mail")[0]?.isError]).toEqual(["Sorry.", true]);
  });
});

describe("an expectation that nothing could break", () => {
  const wrong = (value: unknown) => value as never; // what TypeScript refuses

  test.each([
    ["toHaveFailed", () => expect(adds).not.toHaveFailed(wrong("limt")), "did you mean limit?"],
    [
      "its code",
      () => expect(adds).not.toHaveFailed({ code: wrong("cal") }),
      'no error has the code "cal"; did you mean call?',
    ],
    ["toHaveUsedAtMost", () => expect(adds).toHaveUsedAtMost({}), "says nothing to compare"],
    ["NaN", () => expect(adds).not.toHaveUsedAtMost({ calls: Number.NaN }), "must be a number"],
    ["toHaveServed", () => expect(adds).not.toHaveServed({}), "says nothing to compare"],
    ["no order", () => expect(adds).toHaveCalledInOrder([]), "needs the name of a function"],
    ["any times", () => expect(adds).toHaveCalled("add", { times: {} }), "every count fits"],
    [
      "no times",
      () => expect(adds).not.toHaveCalled("add", { times: { least: 2, most: 1 } }),
      "no count is at least 2 and at most 1",
    ],
    [
      "a key of times",
      () => expect(adds).toHaveCalled("add", { times: wrong({ leest: 1 }) }),
      'knows no "leest"; did you mean least?',
    ],
    [
      "a key of calls",
      () => expect(adds).not.toHaveCalled("add", wrong({ inptu: {} })),
      'knows no "inptu"; did you mean input?',
    ],
    ["no output", () => expect(adds).not.toHaveOutput(undefined), "needs what the output is not"],
  ])("is refused: %s", (_what, assertion, message) => {
    expect(said(assertion)).toContain(message);
  });

  test("is refused: a pattern against an output that is not text", async () => {
    using project = addingProject();
    const run = await project.run({ entry: "add", input: { a: 1 } });
    expect(said(() => expect(run).not.toHaveOutput(/7/))).toContain("finds nothing in an output");
    expect(run).not.toHaveOutput(7);
  });
});

describe("a case", () => {
  const tools = `
import { tool, toolset } from ${JSON.stringify(join(import.meta.dirname, "../../src/index.ts"))};
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
const make = (approval) => tool({ description: "Do.", input: z.object({}), effect: "pure", approval, run: () => 1 });
export const tools = toolset({ find: make("allow"), close: make("ask") });
`;
  const files = {
    "main.worker": "---\nmodel: test:x\ntoolsets: { tools: {} }\n---\nYou help.\n",
    "tools.ts": tools,
    "answers.yaml": "- tool_call: { name: find, input: {} }\n- Done.\n",
  };
  const text = (line: string) =>
    `files: [main.worker, tools.ts]\nscript: answers.yaml\ncases:\n  - name: one\n    input: Go.\n    ${line}\n`;

  test.each([
    ["approvals: { clsoe: allow }", "clsoe", "approvals", "close"],
    ["expect: { never: [clsoe] }", "clsoe", "never", "close"],
    ["expect: { order: [find, clsoe] }", "clsoe", "order", "close"],
    ["expect: { calls: [{ function: fnid, times: 0 }] }", "fnid", "calls", "find"],
  ])("with %s is wrong before anything is recorded", async (line, name, key, meant) => {
    using project = caseProject(files);
    const [message] = failed(await project.run(text(line), { mode: "record" }));
    expect(message).toBe(
      `setup: Failed to find "${name}": ${key} names it, and there is no such function ` +
        `(known: close, find, main)\n  at ${join(project.path, "main.cases.yaml")}:4:5\nTry: write "${meant}"`,
    );
  });

  test("whose denial nobody asked for is wrong", async () => {
    using project = caseProject(files);
    const [message] = failed(
      await project.run(text("approvals: { find: deny }"), { mode: "record" }),
    );
    expect(message).toContain(
      'Failed to deny "find": main/find ran all the same: nobody was asked',
    );
  });

  test("with names of the project passes", async () => {
    using project = caseProject(files);
    const line = "expect: { never: [close], calls: [{ function: find }], order: [find] }";
    expect(failed(await project.run(text(line), { mode: "record" }))).toEqual([]);
  });
});
