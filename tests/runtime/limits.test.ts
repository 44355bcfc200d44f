import { describe, expect, test } from "vitest";
import { z } from "zod";
import { priceOf } from "../../src/model/prices.ts";
import { ManualClock } from "../support/clock.ts";
import { testHost } from "../support/host.ts";
import {
  aTool,
  aWorker,
  closeCircle,
  runEntry,
  scripted,
  toldToModel,
} from "../support/project.ts";

const again = (name: string, times: number) =>
  `- { tool_call: { name: ${name}, input: { input: Go. } }, usage: { input_tokens: 60, output_tokens: 40 } }\n`.repeat(
    times,
  );

describe("the limit of depth", () => {
  const down = aTool("down", {
    input: z.object({ left: z.number() }),
    run: async ({ left }, ctx) => (left === 0 ? ctx.depth : ctx.call("down", { left: left - 1 })),
  });

  test.each([
    [undefined, 5],
    [1, 1],
    [7, 7],
  ])("is %s when set so, and calls of depth %s still run", async (maxDepth, deepest) => {
    const limits = maxDepth === undefined ? {} : { maxDepth };
    const reached = await runEntry(down, { limits, input: { left: deepest } });
    expect(reached.result?.output).toBe(deepest);
    const { error } = await runEntry(down, { limits, input: { left: deepest + 1 } });
    expect(error).toMatchObject({ code: "limit", exitCode: 5 });
    expect(error?.reason).toBe(`a limit was reached: depth ${deepest + 1} of at most ${deepest}`);
  });

  test("ends a worker that calls itself for ever", async () => {
    const main = aWorker("main");
    closeCircle(main, main);
    const { error, asked } = await runEntry(main, { script: again("main", 9) });
    expect(
      error?.report(),
    ).toBe(`Failed to run "main/main/main/main/main/main/main": a limit was reached: depth 6 of at most 5
Try: raise it with --max-depth, or in limits.max_depth of main`);
    expect(asked).toHaveLength(6);
  });
});

describe("the limit of calls", () => {
  const look = aTool("look");

  test("ends the run at the first call beyond it", async () => {
    const main = aWorker("main", { calls: [look] });
    const { error, asked } = await runEntry(main, {
      script: again("look", 9),
      limits: { maxCalls: 3 },
    });
    expect(
      error?.report(),
    ).toBe(`Failed to run "main/look#4": a limit was reached: main used 3 of 3 calls
Try: raise it with --max-calls, or in limits.max_calls of main`);
    expect(asked).toHaveLength(4);
  });

  test("counts calls to unknown functions", async () => {
    const main = aWorker("main");
    const { error } = await runEntry(main, {
      script: again("nothing", 9),
      limits: { maxCalls: 2 },
    });
    expect(error).toMatchObject({ code: "limit" });
  });

  test("of an entry worker holds without a flag, and the flag replaces it", async () => {
    const main = aWorker("main", { calls: [look], limits: { maxCalls: 1 } });
    const script = `${again("look", 2)}- Done.`;
    expect((await runEntry(main, { script })).error).toMatchObject({ code: "limit" });
    const raised = await runEntry(main, { script, limits: { maxCalls: 2 } });
    expect(raised.result?.output).toBe("Done.");
  });

  test("of a called worker counts what happens under it alone, and ends the run", async () => {
    const inner = aWorker("inner", { calls: [look], limits: { maxCalls: 1 } });
    const main = aWorker("main", { calls: [inner, look] });
    const ok = `${again("look", 2)}${again("inner", 1)}${again("look", 1)}- Inner.\n- Done.`;
    expect((await runEntry(main, { script: ok })).result?.output).toBe("Done.");
    const { error } = await runEntry(main, { script: again("inner", 1) + again("look", 2) });
    expect(
      error?.report(),
    ).toBe(`Failed to run "main/inner/look#2": a limit was reached: inner used 1 of 1 calls
Try: raise limits.max_calls of inner`);
  });

  test("of a caller holds for what its workers call, whatever they allow themselves", async () => {
    const inner = aWorker("inner", { calls: [look], limits: { maxCalls: 99 } });
    const main = aWorker("main", { calls: [inner] });
    const { error } = await runEntry(main, {
      script: again("inner", 1) + again("look", 9),
      limits: { maxCalls: 3 },
    });
    expect(error?.reason).toBe("a limit was reached: main used 3 of 3 calls");
  });
});

describe("the limit of tokens", () => {
  const main = aWorker("main", { calls: [aTool("look")] });

  test("ends the run before the request that comes after it is reached", async () => {
    const script = again("look", 9);
    const { error, asked } = await runEntry(main, { script, limits: { maxTokens: 150 } });
    expect(
      error?.report(),
    ).toBe(`Failed to run "main": a limit was reached: main used 200 of 150 tokens
Try: raise it with --max-tokens, or in limits.max_tokens of main`);
    expect(asked).toHaveLength(2);
  });

  test("does not take back an answer that is there", async () => {
    const script = "- { text: Done., usage: { input_tokens: 500 } }";
    expect((await runEntry(main, { script, limits: { maxTokens: 100 } })).result?.output).toBe(
      "Done.",
    );
  });
});

describe("the limit of money", () => {
  const model = "anthropic:claude-haiku-4-5";

  test("ends the run when that much is spent", async () => {
    expect(priceOf(model)).toBeDefined();
    const main = aWorker("main", { model, calls: [aTool("look")] });
    const { error, asked } = await runEntry(main, {
      script: again("look", 9),
      limits: { maxUsd: 0.000001 },
    });
    expect(error?.reason).toMatch(/^a limit was reached: main used \$0\.\d{4} of \$0\.000001$/);
    expect(asked).toHaveLength(1);
  });

  test("ends the run where a price is unknown, and says what to do", async () => {
    const main = aWorker("main", { calls: [aTool("look")] });
    const { error } = await runEntry(main, { script: again("look", 9), limits: { maxUsd: 5 } });
    expect(
      error?.report(),
    ).toBe(`Failed to run "main": a limit was reached: the price of test:model is unknown, so $5 cannot be kept
Try: use --max-tokens with this model`);
  });

  test("does not mind an unknown price of nothing", async () => {
    const main = aWorker("main", { calls: [aTool("look")] });
    const script = "- tool_call: { name: look }\n- Done.";
    const { result } = await runEntry(main, { script, limits: { maxUsd: 5 } });
    expect(result).toMatchObject({ output: "Done.", usd: 0 });
  });
});

describe("the limit of time", () => {
  test("ends a run that hangs", async () => {
    const clock = new ManualClock();
    const hang = aTool("hang", {
      run: () => {
        clock.pass(1999);
        setImmediate(() => clock.pass(1));
        return new Promise(() => undefined);
      },
    });
    const main = aWorker("main", { calls: [hang] });
    const { error } = await runEntry(main, {
      host: testHost({ clock }),
      script: "- tool_call: { name: hang }",
      limits: { timeoutMs: 2000 },
    });
    expect(error?.report()).toBe(`Failed to run "main": a limit was reached: main took 2 s
Try: raise it with --timeout, or in limits.timeout_seconds of main`);
    expect(error?.exitCode).toBe(5);
  });

  test("of a called worker is its own, and is over when the call ends", async () => {
    const clock = new ManualClock();
    const host = testHost({ clock });
    const inner = aWorker("inner", { limits: { timeoutMs: 1000 } });
    const late = aTool("late", { run: () => clock.pass(5000) });
    const main = aWorker("main", { calls: [inner, late] });
    const script = `${again("inner", 1)}- Inner.\n${again("late", 1)}- Done.`;
    const ok = await runEntry(main, { host, script: scripted(script, testHost()) });
    expect(ok.result?.output).toBe("Done.");

    const slow =
      "- tool_call: { name: inner, input: { input: Go. } }\n- [{ delay_ms: 9000 }, { text: Late. }]";
    const running = runEntry(main, { host, script: scripted(slow, host) });
    setImmediate(() => clock.pass(1000));
    expect(
      (await running).error?.report(),
    ).toBe(`Failed to run "main/inner": a limit was reached: inner took 1 s
Try: raise limits.timeout_seconds of inner`);
  });

  test("leaves no timer behind", async () => {
    const clock = new ManualClock();
    let during = 0;
    const look = aTool("look", {
      run: () => {
        during = clock.pending;
      },
    });
    const main = aWorker("main", { calls: [look], limits: { timeoutMs: 10 } });
    const ran = await runEntry(main, {
      host: testHost({ clock }),
      script: "- tool_call: { name: look }\n- Done.",
    });
    expect(ran.result?.output).toBe("Done.");
    expect(during).toBe(1);
    expect(clock.pending).toBe(0);
  });
});

test("a limit that is reached inside code that swallows errors ends the run all the same", async () => {
  const look = aTool("look");
  const greedy = aTool("greedy", {
    run: async (_input, ctx) => {
      for (let count = 0; count < 9; count++) await ctx.call("look", {}).catch(() => undefined);
      return "all done";
    },
  });
  const limits = { maxCalls: 4 };
  const asTool = await runEntry(aWorker("main", { calls: [look, greedy] }), {
    script: "- tool_call: { name: greedy }\n- Done.",
    limits,
  });
  expect(asTool.error).toMatchObject({ code: "limit", exitCode: 5 });
  const asEntry = await runEntry(greedy, { space: [look], limits });
  expect(asEntry.error).toMatchObject({ code: "limit" });
});

test("a run tells what it used and what that cost", async () => {
  const main = aWorker("main", { model: "anthropic:claude-haiku-4-5", calls: [aTool("look")] });
  const ran = await runEntry(main, { script: `${again("look", 1)}- Done.` });
  expect(toldToModel(ran)).toBe("look: done");
  expect(ran.result?.usage).toEqual({ inputTokens: 60, outputTokens: 40 });
  expect(ran.result?.usd).toBeGreaterThan(0);
});
