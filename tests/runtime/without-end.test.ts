import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeHost } from "../../src/host/node-host.ts";
import { MAX_ANSWER_CHARACTERS } from "../../src/model/answer.ts";
import type { ModelEvent } from "../../src/model/event.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { NO_USAGE } from "../../src/model/usage.ts";
import { MAX_TOLD_CHARACTERS, toldText } from "../../src/runtime/state/told-to-model.ts";
import { aTool, aWorker, runEntry, toldToModel } from "../support/project.ts";

const MEGABYTES_50 = 50 * 1024 * 1024;

/** A model that never stops, and never waits for anything either. */
function endless(event: ModelEvent): ModelTransport & { readonly given: { count: number } } {
  const given = { count: 0 };
  return {
    given,
    async *stream() {
      for (;;) {
        given.count++;
        yield event;
      }
    },
  };
}

const word: ModelEvent = { kind: "text-delta", text: "word " };

describe("an answer without an end", () => {
  test("ends with the run's time", async () => {
    const { clock } = nodeHost();
    const host = { ...nodeHost(), clock };
    const { error } = await runEntry(aWorker("main"), {
      host,
      script: endless(word),
      limits: { timeoutMs: 20 },
    });
    expect(error).toMatchObject({ code: "limit", exitCode: 5 });
    expect(error?.reason).toBe("a limit was reached: main took 0.02 s");
  });

  test("ends when the run is aborted, and no more of it is read", async () => {
    const controller = new AbortController();
    const script = endless(word);
    setImmediate(() => controller.abort());
    const { error } = await runEntry(aWorker("main"), { script, signal: controller.signal });
    expect(error).toMatchObject({ code: "aborted" });
    const { count } = script.given;
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(script.given.count).toBe(count);
  });

  test.each<[string, ModelEvent]>([
    ["large pieces", { kind: "text-delta", text: "x".repeat(1024 * 1024) }],
    ["thoughts", { kind: "thinking-delta", text: "x".repeat(1024 * 1024) }],
    ["whole parts", { kind: "part", part: { kind: "text", text: "x".repeat(1024 * 1024) } }],
  ])("of %s fails the run when it is longer than any can be", async (_what, event) => {
    const script = endless(event);
    const { error } = await runEntry(aWorker("main"), { script });
    expect(error?.report()).toBe(
      `Failed to read "model answer": it has more than 67,108,864 characters and no end
Try: check the server that the model's name stands for`,
    );
    expect(script.given.count).toBe(MAX_ANSWER_CHARACTERS / (1024 * 1024) + 1);
  });

  test("of empty pieces fails the run as well", async () => {
    const { error } = await runEntry(aWorker("main"), {
      script: endless({ kind: "text-delta", text: "" }),
    });
    expect(error?.code).toBe("transport");
  });

  test("is told from a long one", async () => {
    const text = "x".repeat(4 * 1024 * 1024);
    const script: ModelTransport = {
      async *stream() {
        yield { kind: "text-delta", text };
        yield { kind: "part", part: { kind: "text", text } };
        yield { kind: "end", stop: "end", usage: NO_USAGE, source: "live" };
      },
    };
    expect((await runEntry(aWorker("main"), { script })).result?.output).toBe(text);
  });
});

describe("a result of 50 MB", () => {
  const dump = aTool("dump", { run: () => "x".repeat(MEGABYTES_50) });
  const script = "- tool_call: { name: dump }\n- Done.";

  test("is cut off for the model, which is told so, as is the person", async () => {
    const ran = await runEntry(aWorker("main", { calls: [dump] }), { script });
    const end = "\n\n[cut off here: 400,000 of 52,428,800 characters; ask for less at a time]";
    expect(toldToModel(ran)).toBe(`dump: ${"x".repeat(MAX_TOLD_CHARACTERS)}${end}`);
    expect(ran.events.filter(({ kind }) => kind === "warning")).toMatchObject([
      {
        message: "the result of dump is cut off for the model: 400,000 of 52,428,800 characters",
      },
    ]);
    for (const event of ran.events) expect(JSON.stringify(event).length).toBeLessThan(410_000);
  });

  test("reaches code whole", async () => {
    const measure = aTool("measure", {
      run: async (_input, ctx) => String(await ctx.call("dump", {})).length,
    });
    const ran = await runEntry(measure, { space: [dump] });
    expect(ran.result?.output).toBe(MEGABYTES_50);
  });

  test.each([
    ["an object", () => ({ rows: ["x".repeat(MEGABYTES_50)] })],
    [
      "an error",
      () => {
        throw new Error("x".repeat(MEGABYTES_50));
      },
    ],
  ])("is cut off where it is %s, too", async (_what, run) => {
    const main = aWorker("main", { calls: [aTool("dump", { run })] });
    const ran = await runEntry(main, { script });
    expect(ran.result?.output).toBe("Done.");
    expect(toldToModel(ran).length).toBeLessThan(MAX_TOLD_CHARACTERS + 200);
    expect(toldToModel(ran)).toContain("[cut off here: 400,000 of ");
  });
});

test("what fits is told as it is, and no cut leaves half a character", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(text, (piece) => {
      expect(toldText(piece)).toBe(piece);
      const long = piece.repeat(Math.ceil((MAX_TOLD_CHARACTERS + 1) / piece.length));
      const told = toldText(long);
      const [head = ""] = told.split("\n\n[cut off here: ");
      expect(long.startsWith(head) && long.length > head.length).toBe(true);
      expect(told.isWellFormed()).toBe(long.isWellFormed());
    }),
    { numRuns: 30 },
  );
});
