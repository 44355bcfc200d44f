import { beforeAll, describe, expect, test } from "vitest";
import { callsOf, type RunTestRequest, type TestRun } from "../../src/testing/index.ts";
import { registerMatchers } from "../../src/testing/vitest/matchers/matchers.ts";
import { addingProject } from "../support/test-project.ts";

registerMatchers();

async function runWith(request: Partial<RunTestRequest>): Promise<TestRun> {
  using project = addingProject();
  return await project.run(request); // before the folder goes
}

const calling = (name: string, input: object) => [
  { tool_call: { name, input: { ...input } as Record<string, never> } },
  "Done.",
];

describe("the input of a call", () => {
  let run: TestRun;
  beforeAll(async () => {
    run = await runWith({ script: calling("add", { a: 2, note: "dropped" }) });
  });

  test("is what the function got, and sent is what the model wrote", () => {
    expect(callsOf(run, "add")).toMatchObject([
      { input: { a: 2, b: 1 }, sent: { a: 2, note: "dropped" }, output: "3" },
    ]);
    expect(callsOf(run, "add")[0]?.input).toEqual({ a: 2, b: 1 });
  });

  test("is what matchers look at", () => {
    expect(run).toHaveCalled("add", { input: { b: 1 } });
    expect(run).not.toHaveCalled("add", { input: { note: "dropped" } });
  });

  test("is what was sent where the schema refuses it", async () => {
    const refused = await runWith({ script: calling("add", { a: "two" }) });
    expect(callsOf(refused, "add")).toMatchObject([
      { input: { a: "two" }, sent: { a: "two" }, isError: true },
    ]);
  });

  test("is checked also where the call is denied", async () => {
    const approvals = { mail: "deny" } as const;
    const denied = await runWith({ script: calling("mail", { to: "Ada", cc: "Eve" }), approvals });
    expect(callsOf(denied, "mail")[0]).toMatchObject({ sent: { to: "Ada", cc: "Eve" } });
    expect(callsOf(denied, "mail")[0]?.input).toEqual({ to: "Ada" });
  });

  test("is checked also where a rule denies the call before anybody is asked", async () => {
    const blocked = `---
model: test:x
toolsets: { sums: { _approval_config: { add: { blocked: true } } } }
---
You add.
`;
    using project = addingProject({ "main.worker": blocked });
    const run = await project.run({ script: calling("add", { a: 2 }) });
    expect(callsOf(run, "add")).toMatchObject([{ input: { a: 2, b: 1 }, sent: { a: 2 } }]);
  });

  test("of a worker that got a text is the object that the text stands for", async () => {
    const asks = await runWith({
      script: [...calling("add", { a: 2 }).slice(0, 1), "Helped.", "Done."],
      doubles: { add: async (_input, ctx) => Number((await ctx.call("helper", "Help.")) === "") },
    });
    expect(callsOf(asks, "helper")).toMatchObject([{ input: { input: "Help." }, sent: "Help." }]);
  });
});
