import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Answer } from "../../src/model/answer.ts";
import { answerEvents } from "../../src/model/answer.ts";
import { NO_USAGE } from "../../src/model/usage.ts";
import { aTool, aWorker, runEntry, toldToModel, toolResults } from "../support/project.ts";

const call = (name: string, input = "{}") => `- tool_call: { name: ${name}, input: ${input} }\n`;

describe("a worker", () => {
  test("answers with its model's text", async () => {
    const { result, asked } = await runEntry(aWorker("main"), {
      script: "- All sorted.",
      input: "Sort.",
    });
    expect(result?.output).toBe("All sorted.");
    expect(asked).toMatchObject([
      {
        model: "test:model",
        system: "You are main.",
        messages: [{ kind: "user", content: [{ kind: "text", text: "Sort." }] }],
        caller: { callId: "main", worker: "main" },
      },
    ]);
  });

  test("gives its model the result of a tool call and asks again", async () => {
    const add = aTool("add", {
      input: z.object({ a: z.number(), b: z.number() }),
      run: ({ a, b }) => a + b,
    });
    const script = `${call("add", "{ a: 2, b: 3 }")}- It is 5.`;
    const ran = await runEntry(aWorker("main", { calls: [add] }), { script });
    expect(ran.result?.output).toBe("It is 5.");
    expect(ran.asked[0]?.tools).toMatchObject([{ name: "add", description: "The tool add." }]);
    expect(ran.asked[1]?.messages.map(({ kind }) => kind)).toEqual(["user", "assistant", "tool"]);
    expect(toldToModel(ran)).toBe("add: 5");
  });

  test("runs the calls of one answer at once and returns the results in call order", async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = aTool("first", {
      run: async () => {
        order.push("first begins");
        await gate.promise; // opened by the second: one after the other would hang
        order.push("first ends");
        return "1";
      },
    });
    const second = aTool("second", {
      run: () => {
        order.push("second ends");
        gate.resolve();
        return "2";
      },
    });
    const script = "- - tool_call: { name: first }\n  - tool_call: { name: second }\n- Done.";
    const ran = await runEntry(aWorker("main", { calls: [first, second] }), { script });
    expect(order).toEqual(["first begins", "second ends", "first ends"]);
    expect(toolResults(ran.asked[1])).toEqual(["first: 1", "second: 2"]);
  });
});

describe("the model is told", () => {
  const analyze = aTool("analyze", { input: z.object({ path: z.string() }) });
  const main = aWorker("main", { calls: [analyze] });

  test("the nearest function when it calls an unknown one", async () => {
    const ran = await runEntry(main, { script: `${call("analyse")}- Ok.` });
    expect(ran.result?.output).toBe("Ok.");
    expect(toldToModel(ran)).toBe(
      'analyse! there is no function "analyse"; did you mean "analyze"? (known: analyze)',
    );
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "that %s is no function, and nothing is polluted",
    async (name) => {
      const ran = await runEntry(main, { script: `${call(name, '{ "polluted": true }')}- Ok.` });
      expect(toldToModel(ran)).toContain(`${name}! there is no function "${name}"`);
      expect(ran.result?.output).toBe("Ok.");
      expect(Reflect.get({}, "polluted")).toBeUndefined();
    },
  );

  test("what does not fit in its input, and the tool does not run", async () => {
    let ran = 0;
    const tool = aTool("send", {
      input: z.object({ to: z.string(), copies: z.number() }),
      run: () => ++ran,
    });
    const script = `${call("send", "{ to: 7 }")}- Ok.`;
    const outcome = await runEntry(aWorker("main", { calls: [tool] }), { script });
    expect(toldToModel(outcome)).toMatch(/^send! its input does not fit: to: .*; copies: /);
    expect(ran).toBe(0);
  });

  test("that its arguments are no JSON, and the loop goes on", async () => {
    const broken: Answer = {
      parts: [
        { kind: "tool-call", id: "t1", name: "analyze", input: {}, invalidInput: '{"path": ' },
      ],
      stop: "tool-calls",
      usage: NO_USAGE,
      source: "live",
    };
    const done: Answer = { ...broken, parts: [{ kind: "text", text: "Ok." }], stop: "end" };
    const answers = [broken, done];
    const ran = await runEntry(main, {
      script: {
        async *stream() {
          const answer = answers.shift();
          if (answer) yield* answerEvents(answer);
        },
      },
    });
    expect(ran.result?.output).toBe("Ok.");
    expect(toldToModel(ran)).toMatch(/^analyze! .* not valid JSON/);
    const kinds = ran.events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith("tool-"))).toEqual(["tool-call", "tool-result"]);
  });

  test("the message of what a tool throws", async () => {
    const fails = aTool("fails", {
      run: () => {
        throw new Error("the disk is full");
      },
    });
    const ran = await runEntry(aWorker("main", { calls: [fails] }), {
      script: `${call("fails")}- Ok.`,
    });
    expect(toldToModel(ran)).toBe("fails! the disk is full");
  });

  test.each<[string, unknown, string]>([
    ["its class", new RangeError(""), "RangeError without a message"],
    ["its inner errors", new AggregateError([new Error("no route")]), "AggregateError: no route"],
    ["its cause", new Error("", { cause: new Error("no route") }), "Error: no route"],
    ["words that say so", "", "an error without a message"],
  ])("an error without a message, by %s", async (_what, thrown, told) => {
    const send = aTool("send", {
      run: () => {
        throw thrown;
      },
    });
    const ran = await runEntry(aWorker("main", { calls: [send] }), {
      script: `${call("send")}- I see.`,
    });
    expect(toldToModel(ran)).toBe(`send! ${told}`);
  });

  test("a text that a tool throws", async () => {
    const fails = aTool("fails", {
      run: () => {
        throw "no";
      },
    });
    const ran = await runEntry(aWorker("main", { calls: [fails] }), {
      script: `${call("fails")}- Ok.`,
    });
    expect(toldToModel(ran)).toBe("fails! no");
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.each<[string, unknown, string | RegExp]>([
    ["a text as it is", "plain\ntext", "give: plain\ntext"],
    ["an object as JSON", { a: [1, null] }, 'give: {"a":[1,null]}'],
    ["nothing as null", undefined, "give: null"],
    ["a date as its text", new Date(0), "give: 1970-01-01T00:00:00.000Z"],
    ["of a big integer that it is no JSON", 1n, /^give! .*not JSON/],
    ["of a cycle that it is no JSON", cycle, /^give! .*not JSON/],
  ])("%s", async (_what, value, told) => {
    for (const effect of ["pure", "local", "external"] as const) {
      for (const onEvent of [undefined, () => undefined]) {
        const give = aTool("give", { effect, run: () => value });
        const main = aWorker("main", { calls: [give] });
        const ran = await runEntry(main, { script: `${call("give")}- Ok.`, onEvent });
        if (typeof told === "string") expect(toldToModel(ran)).toBe(told);
        else expect(toldToModel(ran)).toMatch(told);
      }
    }
  });

  test("what does not fit in a tool's output", async () => {
    const count = aTool("count", { output: z.object({ n: z.number() }), run: () => ({ n: "x" }) });
    const ran = await runEntry(aWorker("main", { calls: [count] }), {
      script: `${call("count")}- Ok.`,
    });
    expect(toldToModel(ran)).toMatch(/^count! its output does not fit: n: /);
  });

  test("what a tool's output schema made of the output", async () => {
    const count = aTool("count", {
      output: z.object({ n: z.number().default(3) }),
      run: () => ({ extra: true }),
    });
    const ran = await runEntry(aWorker("main", { calls: [count] }), {
      script: `${call("count")}- Ok.`,
    });
    expect(toldToModel(ran)).toBe('count: {"n":3}');
  });
});

describe("an answer that stops", () => {
  const main = aWorker("main", { calls: [aTool("look", { run: () => "seen" })] });
  const run = (script: string) => runEntry(main, { script });

  test("with a pause goes on with the same conversation", async () => {
    const ran = await run("- { text: One, stop: pause }\n- Two.");
    expect(ran.result?.output).toBe("Two.");
    expect(ran.asked[1]?.messages.map(({ kind }) => kind)).toEqual(["user", "assistant"]);
  });

  test("with a pause again and again fails", async () => {
    const { error, asked } = await run("- { text: Wait, stop: pause }\n".repeat(20));
    expect(error).toMatchObject({ code: "call", exitCode: 1 });
    expect(error?.message).toBe('Failed to call "main": its model paused 11 times');
    expect(asked).toHaveLength(11);
  });

  test.each([
    ["refusal", "its model refused: Half"],
    ["context-window", "the conversation no longer fits its model"],
    ["interrupted", "the answer of its model broke off"],
  ])("with %s fails", async (stop, reason) => {
    const { error } = await run(`- { text: Half, stop: ${stop} }`);
    expect(error).toMatchObject({ code: "call", reason });
  });

  test("with max-tokens is what there is, with a warning", async () => {
    const { result, events } = await run("- { text: Half, stop: max-tokens }");
    expect(result?.output).toBe("Half");
    expect(events).toContainEqual(expect.objectContaining({ kind: "warning" }));
  });

  test("interrupted after finished tool calls goes on with them", async () => {
    const ran = await run("- { tool_call: { name: look }, stop: interrupted }\n- Done.");
    expect(toldToModel(ran)).toBe("look: seen");
    expect(ran.result?.output).toBe("Done.");
  });

  test("that no longer fits its model runs none of its tool calls", async () => {
    const { error, events } = await run(
      "- { tool_call: { name: look }, stop: context-window }\n- Done.",
    );
    expect(error?.reason).toBe("the conversation no longer fits its model");
    expect(events.filter(({ kind }) => kind === "call-start")).toHaveLength(1); // the worker's own
  });

  test("with a refusal runs none of its tool calls", async () => {
    const { error, events } = await run("- { tool_call: { name: look }, stop: refusal }\n- Done.");
    expect(error?.reason).toBe("its model refused");
    expect(events.filter(({ kind }) => kind === "call-start")).toHaveLength(1); // the worker's own
  });

  test.each(["end", "stop-sequence", "other"])("with %s is the answer", async (stop) => {
    expect((await run(`- { text: All, stop: ${stop} }`)).result?.output).toBe("All");
  });
});

test("a transport that breaks its contract ends the run", async () => {
  const { error } = await runEntry(aWorker("main"), {
    script: {
      async *stream() {
        yield { kind: "text-delta", text: "half" } as const;
      },
    },
  });
  expect(error).toMatchObject({ code: "transport", exitCode: 1 });
});
