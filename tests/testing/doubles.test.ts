import { describe, expect, test, vi } from "vitest";
import { callsOf } from "../../src/testing/index.ts";
import { failure } from "../support/cassettes.ts";
import { ADDS, addingProject } from "../support/test-project.ts";

const ASKS_HELPER = [
  { tool_call: { name: "helper", input: { input: "Help." } } },
  "Helped.",
] as const;

describe("a double", () => {
  test("runs in the place of a tool, with an input that was checked and filled in", async () => {
    using project = addingProject();
    const add = vi.fn(() => 7);
    const script = [{ tool_call: { name: "add", input: { a: 2 } } }, "Seven."];
    const run = await project.run({ script, doubles: { add } });
    expect(run.output).toBe("Seven.");
    expect(add).toHaveBeenCalledExactlyOnceWith({ a: 2, b: 1 }, expect.anything());
    expect(callsOf(run, "add")[0]?.output).toBe("7");
  });

  test("never runs with an input that does not fit", async () => {
    using project = addingProject();
    const add = vi.fn(() => 7);
    const script = [{ tool_call: { name: "add", input: { a: "two" } } }, "Sorry."];
    const run = await project.run({ script, doubles: { add } });
    expect(add).not.toHaveBeenCalled();
    expect(callsOf(run, "add")[0]).toMatchObject({
      isError: true,
      output: expect.stringContaining("its input does not fit: a:"),
    });
  });

  test("is held to what the function gives", async () => {
    using project = addingProject();
    const run = await project.run({ script: ADDS, doubles: { add: () => "five" } });
    expect(callsOf(run, "add")[0]?.output).toContain("its output does not fit");
  });

  test("runs in the place of a worker, whose model is not asked", async () => {
    using project = addingProject();
    const helper = vi.fn((input: { input: string }) => `${input.input} Done.`);
    const run = await project.run({ script: ASKS_HELPER, doubles: { helper } });
    expect([run.requests, callsOf(run, "helper")[0]?.output]).toEqual([2, "Help. Done."]);
  });

  test("can call what the function could", async () => {
    using project = addingProject();
    const script = [ADDS[0], "Help from the helper.", "Done."];
    const run = await project.run({
      script,
      doubles: { add: async (_input, ctx) => Number((await ctx.call("helper", "Go.")) === "") },
    });
    expect(run.calls.map(({ id }) => id)).toEqual(["main/add", "main/add/helper"]);
  });

  test("needs the approval that the function needs", async () => {
    using project = addingProject();
    const mail = vi.fn(() => "sent");
    const script = [{ tool_call: { name: "mail", input: { to: "Ada" } } }, "Done."];
    expect((await project.run({ script, doubles: { mail } })).error?.code).toBe("approval-needed");
    expect(mail).not.toHaveBeenCalled();
  });

  test("runs also where a cassette holds what the function gave", async () => {
    using project = addingProject();
    const path = "mail.yaml";
    const script = [{ tool_call: { name: "mail", input: { to: "Ada" } } }, "Done."];
    const approvals = "approve-all";
    await project.run({ cassette: { path, mode: "record" }, script, approvals });
    const mail = vi.fn(() => "sent");
    const run = await project.run({ cassette: { path }, approvals, doubles: { mail } });
    expect(mail).toHaveBeenCalledTimes(1);
    expect(run.summary?.effects).toMatchObject({ served: 0, unused: 1 });
  });

  test("changes nothing of what models are asked", async () => {
    using project = addingProject();
    const path = "adds.yaml";
    await project.run({ cassette: { path, mode: "record" }, script: ADDS });
    const doubles = { add: () => 5, helper: () => "", mail: () => "" };
    const run = await project.run({ cassette: { path }, doubles });
    expect([run.output, run.summary?.exchanges.missed]).toEqual(["It is 5.", 0]);
  });

  test("of a function that is not there is a mistake of the test, with the nearest name", async () => {
    using project = addingProject();
    const error = await failure(() => project.run({ script: ADDS, doubles: { ad: () => 5 } }));
    expect(error.report()).toBe(
      'Failed to double "ad": there is no such function (known: add, helper, mail, main)\n' +
        'Try: write "add"',
    );
  });

  test("of the entry is a mistake of the test", async () => {
    using project = addingProject();
    const error = await failure(() => project.run({ script: ADDS, doubles: { main: () => "x" } }));
    expect(error.reason).toBe("it is the function that the test runs");
  });
});

describe("a worker that calls itself", () => {
  test("gets doubles in its hands at every depth", async () => {
    using project = addingProject({
      "main.worker": "---\nmodel: test:x\ntoolsets: { main: {}, helper: {} }\n---\nYou recurse.\n",
    });
    const helper = vi.fn(() => "deep");
    const script = [
      { tool_call: { name: "main", input: { input: "Deeper." } } },
      { tool_call: { name: "helper", input: { input: "Help." } } },
      "Inner.",
      "Outer.",
    ];
    const run = await project.run({ script, doubles: { helper } });
    expect(run.output).toBe("Outer.");
    expect(callsOf(run, "helper")).toMatchObject([{ id: "main/main/helper", output: "deep" }]);
  });
});
