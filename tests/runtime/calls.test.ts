import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { CallContext } from "../../src/functions/call-context.ts";
import { testHost } from "../support/host.ts";
import {
  aTool,
  aWorker,
  granting,
  runEntry,
  toldToModel,
  toolResults,
} from "../support/project.ts";

const callTo = (name: string, input = "{}") =>
  `- { when: { worker: main }, tool_call: { name: ${name}, input: ${input} } }\n`;
const end = "- { when: { worker: main }, text: Done. }\n";

describe("a worker calls", () => {
  test("a worker, which has a conversation of its own", async () => {
    const analyzer = aWorker("analyzer");
    const main = aWorker("main", { calls: [analyzer] });
    const script = `${callTo("analyzer", "{ input: Look. }")}- { when: { worker: analyzer }, text: Fine. }\n${end}`;
    const ran = await runEntry(main, { script });
    expect(toldToModel(ran)).toBe("analyzer: Fine.");
    expect(ran.asked[1]).toMatchObject({
      system: "You are analyzer.",
      messages: [{ kind: "user", content: [{ kind: "text", text: "Look." }] }],
      caller: { callId: "main/analyzer", worker: "analyzer" },
    });
  });

  test("a worker that fails, and is told why", async () => {
    const main = aWorker("main", { calls: [aWorker("analyzer")] });
    const script = `${callTo("analyzer", "{ input: Look. }")}- { when: { worker: analyzer }, text: No, stop: refusal }\n${end}`;
    expect(toldToModel(await runEntry(main, { script }))).toBe("analyzer! its model refused: No");
  });
});

test("a name with the signs that ids are made of does not make the id of another call", async () => {
  const names = ["a/b", "a#2", "a", "a%2Fb"];
  const main = aWorker("main", { calls: names.map((name) => aTool(name)) });
  const script = JSON.stringify([
    [...names, "a"].map((name) => ({ tool_call: { name, input: {} } })),
    "Done.",
  ]);
  const { events } = await runEntry(main, { script });
  const ids = events.flatMap((event) => (event.kind === "call-start" ? [event.callId] : []));
  expect(ids.toSorted()).toEqual([
    "main",
    "main/a",
    "main/a#2",
    "main/a%232",
    "main/a%252Fb",
    "main/a%2Fb",
  ]);
});

describe("code calls", () => {
  const analyzer = aWorker("analyzer");
  const answers = "- { when: { worker: analyzer }, text: Fine. }\n".repeat(2);

  test.each<[string, (ctx: CallContext) => Promise<unknown>]>([
    ["by ctx.call", (ctx) => ctx.call("analyzer", { input: "Look." })],
    ["by ctx.functions", async (ctx) => ctx.functions["analyzer"]?.({ input: "Look." })],
    ["with plain text", (ctx) => ctx.call("analyzer", "Look.")],
  ])("a worker %s", async (_how, ask) => {
    const summarize = aTool("summarize", { run: (_input, ctx) => ask(ctx) });
    const main = aWorker("main", { calls: [summarize, analyzer] });
    const ran = await runEntry(main, { script: callTo("summarize") + answers + end });
    expect(toldToModel(ran)).toBe("summarize: Fine.");
    expect(ran.asked[1]?.messages).toMatchObject([{ content: [{ text: "Look." }] }]);
    expect(ran.asked[1]?.caller?.callId).toBe("main/summarize/analyzer");
  });

  test("only the functions of the worker above it", async () => {
    const hidden = aTool("hidden");
    const peek = aTool("peek", { run: (_input, ctx) => ctx.call("hidden", {}) });
    const main = aWorker("main", { calls: [peek] });
    const ran = await runEntry(main, { script: callTo("peek") + end, space: [hidden] });
    expect(toldToModel(ran)).toBe(
      'peek! Failed to call "hidden": there is no function "hidden" (known: peek)',
    );
  });

  test("under the approvals of the worker above it", async () => {
    const send = aTool("send");
    const helper = aTool("helper", { run: (_input, ctx) => ctx.call("send", {}) });
    const main = granting(aWorker("main", { calls: [helper] }), send, { blocked: true });
    const ran = await runEntry(main, { script: callTo("helper") + end });
    expect(toldToModel(ran)).toBe(
      'helper! Failed to call "send": "send" is blocked by the configuration of main',
    );
  });

  test("under the approvals of its own caller, not of the entry", async () => {
    const send = aTool("send");
    const inner = granting(aWorker("inner"), send, { blocked: true });
    const main = aWorker("main", { calls: [inner, send] });
    const script = `${callTo("inner", "{ input: x }")}- { when: { worker: inner }, tool_call: { name: send } }
- { when: { worker: inner }, text: I could not. }
${end}`;
    const ran = await runEntry(main, { script });
    expect(toolResults(ran.asked[2])).toEqual([
      'send! "send" is blocked by the configuration of inner',
    ]);
  });

  test("every function from a trusted entry, ungated", async () => {
    const send = aTool("send", { run: () => "sent" });
    const main = aTool("main", { run: (_input, ctx) => ctx.call("send", {}) });
    const ran = await runEntry(main, { space: [send], approvals: "headless" });
    expect(ran.result?.output).toBe("sent");
    expect(ran.events.map(({ kind }) => kind)).not.toContain("approval-decision");
  });

  test("a worker from a trusted entry, whose own calls are gated", async () => {
    const send = aTool("send");
    const inner = aWorker("main-worker", { asks: [send] });
    const main = aTool("main", { run: (_input, ctx) => ctx.call("main-worker", "x") });
    const ran = await runEntry(main, { space: [inner], script: "- tool_call: { name: send }" });
    expect(ran.error).toMatchObject({ code: "approval-needed", exitCode: 4 });
  });

  test("with a copy of its input: later changes do not reach the function", async () => {
    const asItCame = z.custom<{ to: string }>(() => true); // hands on the object itself
    const show = aTool("show", { input: asItCame, run: ({ to }) => to });
    const main = aTool("main", {
      run: (_input, ctx) => {
        const input = { to: "ada" };
        const answer = ctx.call("show", input);
        input.to = "eve";
        return answer;
      },
    });
    expect((await runEntry(main, { space: [show] })).result?.output).toBe("ada");
  });

  test("a function that fails and goes on, with what it threw as the cause", async () => {
    const boom = new RangeError("too far");
    const fails = aTool("fails", {
      run: () => {
        throw boom;
      },
    });
    const main = aTool("main", {
      run: (_input, ctx) =>
        ctx.call("fails", {}).catch((error: unknown) => {
          expect(error).toMatchObject({ code: "call", reason: "too far", cause: boom });
          return "recovered";
        }),
    });
    expect((await runEntry(main, { space: [fails] })).result?.output).toBe("recovered");
  });

  test("nothing that JSON cannot carry", async () => {
    const main = aTool("main", { run: (_input, ctx) => ctx.call("other", { big: 1n }) });
    const { error } = await runEntry(main, { space: [aTool("other")] });
    expect(error?.message).toContain("not JSON");
  });
});

test("an entry that throws fails the run, with the place of what it threw", async () => {
  const main = aTool("main", {
    run: () => {
      throw new Error("boom");
    },
  });
  const { error } = await runEntry(main);
  expect(error?.report()).toMatch(
    /^Failed to run "main": boom\n {2}at tests\/runtime\/calls\.test\.ts:\d+:\d+$/,
  );
  expect(error?.exitCode).toBe(1);
});

test("an entry whose input does not fit says so", async () => {
  const main = aTool("main", { input: z.object({ path: z.string() }) });
  const { error } = await runEntry(main, { input: "text" });
  expect(error?.message).toMatch(/^Failed to call "main": its input does not fit: /);
});

test("the context tells a tool of its call, its worker and its project", async () => {
  const seen: CallContext[] = [];
  const messages: string[] = [];
  const look = aTool("look", {
    run: (_input, ctx) => {
      seen.push(ctx);
      messages.push(...ctx.messages.map(({ kind }) => kind));
      return [ctx.now(), ctx.random()];
    },
  });
  const inner = aWorker("inner", { calls: [look], model: "test:inner" });
  const main = aWorker("main", { calls: [inner] });
  const script = `${callTo("inner", "{ input: Deep. }")}- { when: { worker: inner }, tool_call: { name: look } }
- { when: { worker: inner }, text: Seen. }
${end}`;
  const host = testHost();
  const ran = await runEntry(main, { script, host, cwd: "/project" });
  expect(seen).toMatchObject([
    { depth: 2, maxDepth: 5, model: "test:inner", prompt: "Deep.", cwd: "/project" },
  ]);
  expect(seen[0]?.signal).toBeInstanceOf(AbortSignal);
  expect(messages).toEqual(["user", "assistant"]);
  expect(toolResults(ran.asked[2])).toEqual([`look: [${host.clock.nowMs()},0.5]`]);
});

test("in a code entry the context has the run's input and the model that workers inherit", async () => {
  const main = aTool("main", {
    run: (_input, { depth, model, prompt, messages }) => ({ depth, model, prompt, messages }),
  });
  const { result } = await runEntry(main, { input: { a: 1 }, defaultModel: "test:default" });
  expect(result?.output).toEqual({
    depth: 0,
    model: "test:default",
    prompt: '{"a":1}',
    messages: [],
  });
});

test("a tool cannot change the conversation through its context", async () => {
  const forge = aTool("forge", {
    run: (_input, ctx) => {
      (ctx.messages as unknown[]).length = 0; // what plain JavaScript may try
      return ctx.messages.length;
    },
  });
  const ran = await runEntry(aWorker("main", { calls: [forge] }), {
    script: callTo("forge") + end,
  });
  expect(toldToModel(ran)).toBe("forge: 2");
  expect(ran.asked[1]?.messages).toHaveLength(3);
});

test("call ids count the calls of a name in the order in which they were made, also at once", async () => {
  const slow = aTool("slow", {
    input: z.object({ turns: z.number() }),
    run: async ({ turns }) => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return turns;
    },
  });
  const twice = aTool("twice", {
    run: (_input, ctx) =>
      Promise.all([ctx.call("slow", { turns: 20 }), ctx.call("slow", { turns: 0 })]),
  });
  const script = `- - tool_call: { name: twice }
  - tool_call: { name: slow, input: { turns: 30 } }
  - tool_call: { name: slow, input: { turns: 1 } }
  - tool_call: { name: twice }
${end}`;
  const { events } = await runEntry(aWorker("main", { calls: [slow, twice] }), { script });
  const ids = events.flatMap((event) => (event.kind === "call-start" ? [event.callId] : []));
  expect(ids.toSorted()).toEqual([
    "main",
    "main/slow",
    "main/slow#2",
    "main/twice",
    "main/twice#2",
    "main/twice#2/slow",
    "main/twice#2/slow#2",
    "main/twice/slow",
    "main/twice/slow#2",
  ]);
  const inputs = new Map(
    events.flatMap((event) => (event.kind === "call-start" ? [[event.callId, event.input]] : [])),
  );
  expect(inputs.get("main/slow")).toEqual({ turns: 30 });
  expect(inputs.get("main/slow#2")).toEqual({ turns: 1 });
  expect(inputs.get("main/twice/slow#2")).toEqual({ turns: 0 });
});
