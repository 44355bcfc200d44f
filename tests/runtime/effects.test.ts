import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { CallContext } from "../../src/functions/call-context.ts";
import type { Effect } from "../../src/functions/tool.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { aTool, aWorker, scripted, toldToModel, toolResults } from "../support/project.ts";
import { runWith, twice } from "../support/run-twice.ts";

/** A worker with a tool whose every run answers otherwise. */
function counting(effect: Effect) {
  const counted = { runs: 0 };
  const count = aTool("count", { effect, run: () => `run ${++counted.runs}` });
  return { main: aWorker("main", { calls: [count] }), counted };
}

const script = "- tool_call: { name: count }\n- Done.";

describe("in a replay", () => {
  test("an external effect is answered from the cassette", async () => {
    const { main, counted } = counting("external");
    const { second } = await twice(main, { script });
    expect(toldToModel(second)).toBe("count: run 1");
    expect(counted.runs).toBe(1);
    expect(second.summary).toMatchObject({ exchanges: { served: 2 }, effects: { served: 1 } });
  });

  test.each(["pure", "local"] as const)("a %s tool runs again", async (effect) => {
    const { main, counted } = counting(effect);
    const { second } = await twice(main, { script });
    expect(counted.runs).toBe(2);
    // It gave another output this time, so the recorded conversation no longer fits.
    expect(second.error).toMatchObject({ code: "cassette-miss", exitCode: 3 });
  });

  test("with tools: recorded a local effect is answered from the cassette too", async () => {
    const { main, counted } = counting("local");
    const { second } = await twice(main, { script }, { tools: "recorded" });
    expect(second.result?.output).toBe("Done.");
    expect(counted.runs).toBe(1);
  });

  test("with tools: live an external effect happens", async () => {
    const { main, counted } = counting("external");
    await twice(main, { script }, { tools: "live" });
    expect(counted.runs).toBe(2);
  });

  test.each<[string, () => unknown]>([
    ["an error", () => new Error("HTTP 503")],
    ["a text", () => "HTTP 503"],
  ])("%s that an external tool threw is thrown again", async (_what, thrown) => {
    let runs = 0;
    const count = aTool("count", {
      effect: "external",
      run: () => {
        runs++;
        throw thrown();
      },
    });
    const { first, second } = await twice(aWorker("main", { calls: [count] }), { script });
    expect(toldToModel(first)).toBe("count! HTTP 503");
    expect(toldToModel(second)).toBe("count! HTTP 503");
    expect(runs).toBe(1);
  });

  test("a call that failed inside an external tool fails it again", async () => {
    const count = aTool("count", {
      effect: "external",
      run: (_input, ctx) => ctx.call("nothing", {}),
    });
    const { first, second } = await twice(aWorker("main", { calls: [count] }), { script });
    expect(toldToModel(first)).toMatch(/^count! Failed to call "nothing": there is no function/);
    expect(toldToModel(second)).toBe(toldToModel(first));
  });

  test("the clock and randomness give what they gave", async () => {
    const readings: number[] = [];
    const main = aTool("main", {
      run: (_input, ctx) => {
        readings.push(ctx.now(), ctx.random(), ctx.now());
        return readings.length;
      },
    });
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    let tick = 1000;
    const clock = { ...testHost().clock, nowMs: () => tick++ };
    await runWith(
      main,
      { path, mode: "record" },
      { host: testHost({ clock, random: () => 0.25 }) },
    );
    await runWith(
      main,
      { path, mode: "replay" },
      { host: testHost({ clock, random: () => 0.75 }) },
    );
    expect(readings).toEqual([1000, 0.25, 1001, 1000, 0.25, 1001]);
  });

  test.each<[string, (ctx: CallContext) => unknown]>([
    ["an effect", (ctx) => ctx.call("fetch", { url: "b" })],
    ["the clock", async (ctx) => ctx.now()],
    ["a worker", (ctx) => ctx.call("helper", "b")],
  ])(
    "%s that was not recorded ends the run, even where code catches errors",
    async (_what, ask) => {
      const fetch = aTool("fetch", { effect: "external", input: z.object({ url: z.string() }) });
      const helper = aWorker("helper");
      let isReplay = false;
      const main = aTool("main", {
        run: async (_input, ctx) => {
          try {
            if (isReplay) await ask(ctx);
          } catch {
            // Careless on purpose: the run must end all the same.
          }
          return ctx.call("helper", "a");
        },
      });
      using folder = temporaryFolder();
      const session = { path: join(folder.path, "main.yaml") };
      await runWith(
        main,
        { ...session, mode: "record" },
        { space: [fetch, helper], script: "- Fine." },
      );
      isReplay = true;
      const { error, summary } = await runWith(
        main,
        { ...session, mode: "replay" },
        { space: [fetch, helper] },
      );
      expect(error).toMatchObject({ code: "cassette-miss", exitCode: 3 });
      expect(summary.effects.missed + summary.exchanges.missed).toBe(1);
    },
  );
});

test("what an aborted tool threw is not recorded as what it answers", async () => {
  const controller = new AbortController();
  const fetch = aTool("count", {
    effect: "external",
    run: (_input, { signal }) => {
      setImmediate(() => controller.abort());
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("This operation was aborted")));
      });
    },
  });
  using folder = temporaryFolder();
  const path = join(folder.path, "main.yaml");
  const main = aWorker("main", { calls: [fetch] });
  const first = await runWith(main, { path, mode: "auto" }, { script, signal: controller.signal });
  expect(first.error?.code).toBe("aborted");
  const { main: next } = counting("external");
  const second = await runWith(next, { path, mode: "auto" }, { script: "- Done." });
  expect(toldToModel(second)).toBe("count: run 1");
  expect(second.summary).toMatchObject({ exchanges: { served: 1, live: 1 }, effects: { live: 1 } });
});

test("an effect that ends after the run did does not reopen the cassette", async () => {
  const gate = Promise.withResolvers<void>();
  const late = aTool("late", { effect: "external", run: () => gate.promise });
  const main = aTool("main", {
    run: async (_input, ctx) => {
      void ctx.call("late", {});
      await new Promise((resolve) => setTimeout(resolve, 1));
      return ctx.now();
    },
  });
  using folder = temporaryFolder();
  const path = join(folder.path, "main.yaml");
  const host = testHost();
  await runWith(main, { path, mode: "record" }, { host, space: [late] });
  const before = host.files.readText(path);
  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(host.files.readText(path)).toBe(before);
  expect(host.files.list(folder.path)).toEqual(["main.yaml"]);
});

test("parallel calls that ask the same and got different answers get their own back", async () => {
  const helper = aWorker("helper", { calls: [aTool("look", { run: () => "seen" })] });
  const main = aWorker("main", { calls: [helper] });
  let asked = 0;
  /** Answers that differ and arrive in another order than they were asked for. */
  const model: ModelTransport = {
    async *stream(request, options) {
      const mine = asked++;
      const turn = request.messages.length;
      await new Promise((resolve) => setTimeout(resolve, 12 - 3 * (mine % 4)));
      const name = request.system === "You are main." ? "main" : "helper";
      const text =
        name === "main" && turn === 1
          ? `- - tool_call: { name: helper, input: { input: Same. } }
  - tool_call: { name: helper, input: { input: Same. } }
  - tool_call: { name: helper, input: { input: Same. } }`
          : name === "main"
            ? "- Done."
            : turn === 1
              ? "- tool_call: { name: look }"
              : `- Answer ${mine}.`;
      yield* scripted(text).stream(request, options);
    },
  };
  const { first, second } = await twice(main, { script: model });
  const answers = toolResults(first.asked.at(-1));
  expect(new Set(answers).size).toBe(3);
  expect(toolResults(second.asked.at(-1))).toEqual(answers);
  expect(second.summary.exchanges).toMatchObject({ served: 8, missed: 0, unused: 0 });
});

test("parallel effects that ask the same and got different answers get their own back", async () => {
  let runs = 0;
  const roll = aTool("roll", {
    effect: "external",
    run: async () => {
      const mine = ++runs;
      await new Promise((resolve) => setTimeout(resolve, 9 - 3 * mine));
      return mine;
    },
  });
  const main = aTool("main", {
    run: (_input, ctx) => Promise.all([1, 2, 3].map(() => ctx.call("roll", {}))),
  });
  const { first, second } = await twice(main, { space: [roll] });
  expect(first.result?.output).toEqual([1, 2, 3]);
  expect(second.result?.output).toEqual([1, 2, 3]);
});
