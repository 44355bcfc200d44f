import { callsOf, runTool, ScriptedTransport } from "llm-do/testing";
import { test } from "llm-do/vitest";
import { describe, expect } from "vitest";
import { desk } from "./desk.ts";

const project = { files: ["main.worker", "score.worker", "desk.ts"], input: "Help." };
const call = (name: string, input: Record<string, string>) => ({ tool_call: { name, input } });
const finds = [call("find", { q: "a" }), "Found."];
const closes = [call("close", { id: "1" }), "Done."];

describe("with a script", () => {
  test("sees the defaults of a tool", async ({ llm }) => {
    const run = await llm({ ...project, script: finds, doubles: { find: () => ["a-0"] } });
    expect(run).toHaveCalled("find", { input: { q: "a", limit: 10 }, output: ["a-0"] });
    expect(callsOf(run, "find")[0]?.sent).toEqual({ q: "a" });
  });
  test.for(["deny", "allow"] as const)("may be told to %s", async (close, { llm }) => {
    const run = await llm({ ...project, script: closes, approvals: { close } });
    expect(callsOf(run, "close")[0]?.isError).toBe(close === "deny");
  });
  test.for([
    ["approval-needed", closes, {}],
    ["limit", finds, { limits: { maxCalls: 0 } }],
    ["provider", [{ error: { status: 400, type: "bad", message: "no" } }], {}],
    ["transport", finds.slice(0, 1), {}],
  ] as const)("ends with %s", async ([code, script, more], { llm }) => {
    expect(await llm({ ...project, script, ...more })).toHaveFailed(code);
  });
  test("shows what the model was asked", async ({ llm }) => {
    const script = new ScriptedTransport([call("find", { q: "a" }), ...closes]);
    const run = await llm({ ...project, script, approvals: { close: "allow" } });
    expect(run).toHaveCalledInOrder(["find", "close"]);
    expect(run).not.toHaveCalled("rate");
    expect(script.requests[0]?.tools.map(({ name }) => name)).toContain("score");
  });
});

describe("a tool by itself", () => {
  test.for([1, 2, 3, 4, 9])("finds at most %i", async (limit) => {
    const { output } = await runTool(desk.tools.find, { q: "z", limit });
    expect(output?.length).toBe(Math.min(limit, 3));
  });
  test.for([0, 0.2, 0.4, 0.6, 0.8, 1])("asks a worker that scores %d", async (score) => {
    const doubles = { score: () => ({ score }) };
    const run = await runTool(desk.tools.rate, { topic: "t" }, { doubles });
    expect(run).toHaveOutput({ score });
  });
  test.for(["x", "1"])("closes %s", async (id) => {
    const run = await runTool(desk.tools.close, { id });
    if (id === "x") expect(run).toHaveFailed({ code: "call", message: /no such ticket/ });
    else expect(run).toHaveOutput({ id, closed: true });
  });
});

test.for([1, 2, 3, 4, 5, 6, 7, 8, 9])("recorded: question %i", async (n, { llm }) => {
  const run = await llm({ ...project, input: `Question ${n}` });
  expect(run).toHaveOutput(new RegExp(`${n}`));
  expect(run).toHaveUsedAtMost({ requests: 2 });
});
