import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApprovalNeeded } from "../../src/approval/needed.ts";
import type { ToolFunction } from "../../src/functions/llm-function.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { ManualClock } from "../support/clock.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { aTool, aWorker, type Ran, runEntry, scripted } from "../support/project.ts";
import { runWith } from "../support/run-twice.ts";
import { expectNoUnhandledRejections } from "../support/unhandled.ts";

expectNoUnhandledRejections();

/** A tool whose every run waits until it is let go. */
function slowTool(name: string, effect: "pure" | "local" | "external" = "external") {
  const gate = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  const slow = aTool(name, {
    effect,
    run: async (_input, { signal }) => {
      signals.push(signal);
      await gate.promise;
      return `${name} done`;
    },
  });
  return { tool: slow, signals, letGo: gate.resolve };
}

const ask = aTool("ask", { effect: "external" });
const calling = (...names: string[]) =>
  `- ${names.map((name) => `- tool_call: { name: ${name}, input: { input: Go. } }`).join("\n  ")}\n`;

/** Lets all go on that waits for nothing but promises. */
const turns = () => new Promise((resolve) => setTimeout(resolve, 2));

function still() {
  const clock = new ManualClock();
  return { clock, host: testHost({ clock }) };
}

const warnings = (ran: Ran) =>
  ran.events.flatMap((event) => (event.kind === "warning" ? [event.message] : []));

describe("an external effect that is under way when the run ends", () => {
  const causes: readonly (readonly [
    cause: string,
    names: readonly string[],
    limits: object,
    code: string,
  ])[] = [
    ["an approval is needed", ["pay", "ask"], {}, "approval-needed"],
    ["an approval is needed by a call before it", ["ask", "pay"], {}, "approval-needed"],
    ["a limit is reached", ["pay", "pay"], { maxCalls: 1 }, "limit"],
    ["a person interrupts", ["pay"], {}, "aborted"],
    ["the time is over", ["pay"], { timeoutMs: 1000 }, "limit"],
  ];

  test.each(causes)(
    "because %s is recorded first, and happens once",
    async (cause, names, limits, code) => {
      using folder = temporaryFolder();
      const path = join(folder.path, "main.yaml");
      const { clock, host } = still();
      const pay = slowTool("pay");
      const main = aWorker("main", { calls: [pay.tool], asks: [ask] });
      const person = new AbortController();
      const running = runWith(
        main,
        { path, mode: "auto" },
        { host, script: calling(...names), limits, signal: person.signal },
      );
      await turns();
      if (cause === "a person interrupts") person.abort(new Error("SIGINT"));
      if (cause === "the time is over") clock.pass(1000);
      await turns();
      expect(pay.signals.map(({ aborted }) => aborted)).toEqual([false]);
      pay.letGo();
      const first = await running;
      expect(first.error?.code).toBe(code);

      const again = slowTool("pay");
      again.letGo();
      const next = aWorker("main", { calls: [again.tool, ask] });
      const script = scripted("- Done.", host);
      const second = await runWith(next, { path, mode: "auto" }, { host, script });
      expect(second.result?.output).toBe("Done.");
      // Of two payments the one that a limit kept from being made is made now.
      expect(again.signals).toHaveLength(names.filter((name) => name === "pay").length - 1);
    },
  );

  test("is waited for as long as 30 s, and is told of where that is not enough", async () => {
    const { clock, host } = still();
    const pay = slowTool("pay");
    const person = new AbortController();
    const running = runEntry(aWorker("main", { calls: [pay.tool] }), {
      host,
      script: scripted(calling("pay"), host),
      signal: person.signal,
    });
    await turns();
    person.abort(new Error("SIGINT"));
    await turns();
    clock.pass(29_999);
    await turns();
    expect(pay.signals[0]?.aborted).toBe(false);
    clock.pass(1);
    const ran = await running;
    expect(pay.signals[0]?.aborted).toBe(true);
    expect(ran.error).toMatchObject({ code: "aborted", reason: "SIGINT" });
    expect(warnings(ran)).toEqual([
      "waiting for pay (up to 30 s; Ctrl-C again to end at once)",
      "pay had begun, and what it did is not on record: look before you run this again",
    ]);
    pay.letGo();
    await turns();
    expect(clock.pending).toBe(0);
  });

  test("is waited for where code did not wait for it", async () => {
    const { host } = still();
    const pay = slowTool("pay");
    const main = aTool("main", {
      run: async (_input, ctx) => {
        void ctx.call("pay", {});
        await turns();
        return "done";
      },
    });
    let isOver = false;
    const running = runEntry(main, { host, space: [pay.tool] }).finally(() => {
      isOver = true;
    });
    await turns();
    await turns();
    expect(isOver).toBe(false);
    pay.letGo();
    expect((await running).result?.output).toBe("done");
  });

  test("is waited for where another call of the same code failed", async () => {
    const { host } = still();
    const pay = slowTool("pay");
    const broken = aTool("broken", {
      run: () => {
        throw new Error("it rains");
      },
    });
    const main = aTool("main", {
      run: (_input, ctx) => Promise.all([ctx.call("pay", {}), ctx.call("broken", {})]),
    });
    const running = runEntry(main, { host, space: [pay.tool, broken] });
    await turns();
    pay.letGo();
    const { error, events } = await running;
    expect(error).toMatchObject({ code: "call", reason: "it rains" });
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "tool-result", tool: "pay", output: "pay done" }),
    );
  });
});

describe("after an interrupt", () => {
  test.each(["pure", "local"] as const)(
    "a %s tool is told at once, and left behind",
    async (effect) => {
      const { host } = still();
      const work = slowTool("work", effect);
      const person = new AbortController();
      const running = runEntry(aWorker("main", { calls: [work.tool] }), {
        host,
        script: scripted(calling("work"), host),
        signal: person.signal,
      });
      await turns();
      person.abort();
      const ran = await running;
      expect(ran.error?.code).toBe("aborted");
      expect(work.signals[0]?.aborted).toBe(true);
      expect(warnings(ran)).toEqual([]);
      work.letGo();
    },
  );

  test("nothing new begins: no effect, and no request to a model", async () => {
    const { host } = still();
    const pay = slowTool("pay");
    const more = slowTool("more");
    const both = aTool("both", {
      run: async (_input, ctx) => {
        await ctx.call("pay", {});
        return ctx.call("more", {});
      },
    });
    const person = new AbortController();
    const running = runEntry(aWorker("main", { calls: [both, pay.tool, more.tool] }), {
      host,
      script: scripted(`${calling("both")}- Done.`, host),
      signal: person.signal,
    });
    await turns();
    person.abort();
    await turns();
    pay.letGo();
    const ran = await running;
    expect([more.signals.length, ran.asked.length]).toEqual([0, 1]);
  });
});

describe("where one branch fails for good", () => {
  const helping = calling("helper", "ask");

  test("another one runs on to its end, its requests to models and its tools included", async () => {
    const { host } = still();
    const look = slowTool("look", "local");
    const helper = aWorker("helper", { calls: [look.tool] });
    const main = aWorker("main", { calls: [helper], asks: [ask] });
    const script = scripted(`${helping}${calling("look")}- All is well.\n- Never asked for.`, host);
    const running = runEntry(main, { host, script });
    await turns();
    look.letGo();
    const ran = await running;
    expect(ran.error).toBeInstanceOf(ApprovalNeeded);
    expect(ran.asked.map(({ system }) => system)).toEqual([
      "You are main.",
      "You are helper.",
      "You are helper.",
    ]);
    expect(ran.events).toContainEqual(
      expect.objectContaining({ kind: "tool-result", tool: "helper", output: "All is well." }),
    );
    expect(warnings(ran)).toEqual([]);
  });

  test("the person is told what is waited for when it takes a while", async () => {
    const { clock, host } = still();
    const look = slowTool("look", "local");
    const helper = aWorker("helper", { calls: [look.tool] });
    const main = aWorker("main", { calls: [helper], asks: [ask] });
    const script = scripted(`${helping}${calling("look")}- All is well.`, host);
    const running = runEntry(main, { host, script });
    await turns();
    clock.pass(300);
    await turns();
    look.letGo();
    expect(warnings(await running)).toEqual([
      "waiting for helper/look (up to 30 s; Ctrl-C twice to end at once)",
    ]);
  });

  test("an interrupt ends the others as well", async () => {
    const { host } = still();
    const look = slowTool("look", "local");
    const helper = aWorker("helper", { calls: [look.tool] });
    const main = aWorker("main", { calls: [helper], asks: [ask] });
    const person = new AbortController();
    const script = scripted(`${helping}${calling("look")}`, host);
    const running = runEntry(main, { host, script, signal: person.signal });
    await turns();
    person.abort();
    expect((await running).error?.code).toBe("approval-needed");
    look.letGo();
  });

  test.each([
    ["their own", { timeoutMs: 5000 }, {}],
    ["the run's", {}, { timeoutMs: 5000 }],
  ])("the limits of the others hold on: %s", async (_whose, own, ofRun) => {
    const { clock, host } = still();
    const look = slowTool("look", "local");
    const helper = aWorker("helper", { calls: [look.tool], limits: own });
    const main = aWorker("main", { calls: [helper], asks: [ask], limits: ofRun });
    const script = scripted(`${helping}${calling("look")}`, host);
    const running = runEntry(main, { host, script });
    await turns();
    clock.pass(5000);
    expect((await running).error?.code).toBe("approval-needed");
    look.letGo();
  });

  test("nobody is asked for the others", async () => {
    const { host } = still();
    const asked: string[] = [];
    const look = slowTool("look");
    const first = aTool("first", { run: (_input, ctx) => ctx.call("look", {}) });
    const main = aWorker("main", { calls: [first, look.tool], asks: [ask] });
    const late: ToolFunction = aTool("late", {
      run: async (_input, ctx) => {
        await ctx.call("look", {});
        return ctx.call("ask", {});
      },
    });
    const outer = aWorker("main", {
      calls: [late, look.tool],
      asks: [ask],
      limits: { maxCalls: 2 },
    });
    const running = runEntry(outer, {
      host,
      script: scripted(calling("late", "look"), host),
      approvals: async ({ tool }) => {
        asked.push(tool);
        return { kind: "allow", by: "person" };
      },
    });
    await turns();
    look.letGo();
    expect((await running).error?.code).toBe("limit");
    expect([asked, main.name]).toEqual([[], "main"]);
  });

  test("code that swallows the failure begins nothing more", async () => {
    const { host } = still();
    const more = slowTool("more");
    more.letGo();
    const stubborn = aTool("stubborn", {
      run: async (_input, ctx) => {
        await ctx.call("ask", {}).catch(() => undefined);
        return ctx.call("more", {});
      },
    });
    const main = aWorker("main", { calls: [stubborn, more.tool], asks: [ask] });
    const { error } = await runEntry(main, { host, script: scripted(calling("stubborn"), host) });
    expect(error?.code).toBe("approval-needed");
    expect(more.signals).toEqual([]);
  });
});

test("whatever ends a run, no payment is made twice or goes unrecorded", async () => {
  const kinds = fc.constantFrom("pay", "ask", "helper", "look");
  const shape = fc.record({
    calls: fc.array(kinds, { minLength: 1, maxLength: 5 }),
    maxCalls: fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined }),
    interruptAfter: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ calls, maxCalls, interruptAfter }) => {
      using folder = temporaryFolder();
      const path = join(folder.path, "main.yaml");
      const world: string[] = [];
      const pay = aTool("pay", {
        effect: "external",
        run: async () => {
          world.push("pay");
          await turns();
          return "paid";
        },
      });
      const look = aTool("look", { effect: "local", run: turns });
      const helper = aWorker("helper", { calls: [pay] });
      const main = (asks: readonly ToolFunction[], more: readonly ToolFunction[]) =>
        aWorker("main", { calls: [pay, look, helper, ...more], asks });
      const cassette = { path, mode: "auto" } as const;
      const person = new AbortController();
      let asked = 0;
      const model: ModelTransport = byWorker(calls, () => {
        if (asked++ === interruptAfter) setImmediate(() => person.abort());
      });
      const { host } = still();
      const limits = maxCalls === undefined ? {} : { maxCalls };
      const first = { host, script: model, limits, signal: person.signal };
      await runWith(main([ask], []), cassette, first);
      const second = await runWith(main([], [ask]), cassette, { host, script: byWorker(calls) });
      expect(second.result?.output).toBe("Done.");
      const payments = calls.filter((name) => name === "pay" || name === "helper").length;
      expect(world).toHaveLength(payments);
    }),
    { numRuns: 60 },
  );
});

/** The entry calls these functions at once, each helper pays once. */
function byWorker(
  calls: readonly string[],
  onRequest: () => void = () => undefined,
): ModelTransport {
  return {
    async *stream(request, options) {
      onRequest();
      const isMain = request.system === "You are main.";
      const first = isMain ? calling(...calls) : calling("pay");
      const script = request.messages.length === 1 ? first : "- Done.";
      yield* scripted(script).stream(request, options);
    },
  };
}
