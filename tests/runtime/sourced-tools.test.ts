import { expect, test } from "vitest";
import { z } from "zod";
import { type EffectGate, type EffectRequest, liveEffects } from "../../src/cassette/gates.ts";
import type { WorkerFunction } from "../../src/functions/llm-function.ts";
import { type Tool, tool } from "../../src/functions/tool.ts";
import type { ToolSource } from "../../src/functions/tool-source.ts";
import type { Json } from "../../src/model/json.ts";
import { aTool, aWorker, runEntry, toolResults } from "../support/project.ts";

interface Source extends ToolSource {
  readonly calls: string[];
}

/** A source of one pure tool that answers with its own name. */
function aSource(name = "found"): Source {
  const calls: string[] = [];
  const made: Tool = tool({
    description: `Found ${name}.`,
    input: z.object({}),
    effect: "pure",
    run: () => `this is ${name}`,
  });
  return {
    calls,
    asked: { tool: "test:list", input: { from: name } },
    list: async () => {
      calls.push("list");
      return [name];
    },
    toolsOf: (answer) =>
      new Map(
        z
          .array(z.string())
          .parse(answer)
          .map((found) => [found, made]),
      ),
    close: async () => void calls.push("close"),
  };
}

function having(worker: WorkerFunction, source: ToolSource, approvals = {}): WorkerFunction {
  const place = { file: worker.file, line: 3 };
  return { ...worker, sources: [{ source, toolset: "far", approvals, place }] };
}

const FREE = { found: { preApproved: true, blocked: false } };
const CALL = "- tool_call: { name: found }\n- Done.\n";

test("a worker's model is told of the tools of its source, and calls them", async () => {
  const worker = having(aWorker("main", { calls: [aTool("near")] }), aSource(), FREE);
  const { asked } = await runEntry(worker, { script: CALL });
  expect(asked[0]?.tools.map(({ name }) => name)).toEqual(["near", "found"]);
  expect(toolResults(asked[1])).toEqual(["found: this is found"]);
});

test("a source is asked once in a run, however often its worker is called, and then closed", async () => {
  const source = aSource();
  const helper = having(aWorker("helper"), source);
  const twice = aTool("main", {
    run: async (_input, ctx) => [await ctx.call("helper", "a"), await ctx.call("helper", "b")],
  });
  await runEntry(twice, { space: [helper], script: "- One.\n- Two.\n" });
  expect(source.calls).toEqual(["list", "close"]);
});

test("the answer is an external effect, so that a recording answers in its place", async () => {
  const source = aSource();
  const requests: EffectRequest[] = [];
  const recorded: EffectGate = {
    perform: async (request): Promise<Json> => {
      requests.push(request);
      return ["found"];
    },
    sample: (_kind, _callId, execute) => execute(),
    answer: (request, decide) => liveEffects.answer(request, decide),
  };
  const { asked } = await runEntry(having(aWorker("main"), source, FREE), {
    script: CALL,
    effects: recorded,
  });
  expect(requests).toEqual([
    { tool: "test:list", input: { from: "found" }, effect: "external", callId: "main" },
  ]);
  expect(toolResults(asked[1])).toEqual(["found: this is found"]);
  expect(source.calls).toEqual(["close"]);
});

test("a source that is closed by a run that fails is closed all the same", async () => {
  const source = aSource();
  const { error } = await runEntry(having(aWorker("main"), source), { script: CALL });
  expect(error?.code).toBe("approval-needed");
  expect(source.calls).toEqual(["list", "close"]);
});

test("a tool of a source that is blocked is denied", async () => {
  const blocked = { found: { preApproved: false, blocked: true } };
  const { asked } = await runEntry(having(aWorker("main"), aSource(), blocked), { script: CALL });
  expect(toolResults(asked[1])).toEqual([expect.stringMatching(/^found! "found" is blocked/)]);
});

test("two functions of one name are an error with the place", async () => {
  const worker = having(aWorker("main", { calls: [aTool("found")] }), aSource());
  const { error } = await runEntry(worker);
  expect(error?.report()).toContain('"tools" and "far" both bring a function "found"');
  expect(error?.report()).toContain("at main.worker:3");
});
