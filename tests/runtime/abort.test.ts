import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { ModelTransport } from "../../src/model/transport.ts";
import { aTool, aWorker, runEntry } from "../support/project.ts";
import { expectNoUnhandledRejections } from "../support/unhandled.ts";

expectNoUnhandledRejections();

const forever = () => new Promise<never>(() => undefined);
const hang = aTool("hang", { effect: "local", run: forever });
const aborted = { code: "aborted", exitCode: 130, reason: "ctrl-c" };
const abortedBarely = { ...aborted, reason: "it was interrupted" };

function abortSoon(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("ctrl-c")), 2);
  return controller.signal;
}

describe("a run that is aborted", () => {
  test("before it begins asks nobody and runs nothing", async () => {
    let ran = 0;
    const main = aTool("main", { run: () => ++ran });
    const { error, events } = await runEntry(main, { signal: AbortSignal.abort() });
    expect(error).toMatchObject(abortedBarely);
    expect(events.map(({ kind }) => kind)).toEqual(["run-start", "error", "run-end"]);
    expect(ran).toBe(0);
    expect((await runEntry(aWorker("main"), { signal: AbortSignal.abort() })).asked).toEqual([]);
  });

  test("in the middle of an answer ends, with the reason as its cause", async () => {
    const transport: ModelTransport = {
      async *stream(_request, { signal }) {
        yield { kind: "text-delta", text: "Half" };
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      },
    };
    const { error, events } = await runEntry(aWorker("main"), {
      script: transport,
      signal: abortSoon(),
    });
    expect(error).toMatchObject({ ...aborted, cause: { message: "ctrl-c" } });
    expect(events.map(({ kind }) => kind)).toEqual([
      "run-start",
      "call-start",
      "model-request",
      "text-delta",
      "call-end",
      "error",
      "run-end",
    ]);
  });

  test("ends although its transport does not listen, and reads no more of the answer", async () => {
    const gate = Promise.withResolvers<void>();
    let closed = false;
    let readOn = false;
    const deaf: ModelTransport = {
      async *stream() {
        try {
          yield { kind: "text-delta", text: "a" };
          await gate.promise;
          yield { kind: "text-delta", text: "b" };
          readOn = true;
          yield { kind: "text-delta", text: "c" };
        } finally {
          closed = true;
        }
      },
    };
    const { error } = await runEntry(aWorker("main"), { script: deaf, signal: abortSoon() });
    expect(error).toMatchObject(aborted);
    gate.resolve();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect({ closed, readOn }).toEqual({ closed: true, readOn: false });
  });

  test("ends although a tool hangs and does not listen", async () => {
    const main = aWorker("main", { calls: [hang] });
    const script = "- - tool_call: { name: hang }\n  - tool_call: { name: hang }\n- Done.";
    const { error, events } = await runEntry(main, { script, signal: abortSoon() });
    expect(error).toMatchObject(aborted);
    expect(events.slice(-5).map(({ kind, callId }) => `${kind} ${callId}`)).toEqual([
      "call-end main/hang#2",
      "call-end main/hang",
      "call-end main",
      "error main",
      "run-end main",
    ]);
  });

  test("while a tool's input is checked does not run the tool", async () => {
    const controller = new AbortController();
    let runs = 0;
    const schema = z.looseObject({}).refine(async () => {
      controller.abort();
      return true;
    });
    const write = aTool("write", { input: schema, effect: "local", run: () => ++runs });
    const main = aTool("main", { run: (_input, ctx) => ctx.call("write", {}) });
    const { error } = await runEntry(main, { space: [write], signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(error).toMatchObject(abortedBarely);
    expect(runs).toBe(0);
  });

  test("ends although code goes on after the error", async () => {
    const steps: string[] = [];
    const stubborn = aTool("main", {
      run: async (_input, ctx) => {
        for (const step of ["a", "b", "c"]) {
          await ctx.call("hang", {}).catch(() => steps.push(step));
        }
        return "never mind";
      },
    });
    const { error } = await runEntry(stubborn, { space: [hang], signal: abortSoon() });
    expect(error).toMatchObject(aborted);
  });

  test("tells its tools through their signal", async () => {
    const heard: unknown[] = [];
    const listens = aTool("main", {
      run: (_input, { signal }) => {
        signal.addEventListener("abort", () => heard.push(signal.reason));
        return forever();
      },
    });
    const { error } = await runEntry(listens, { signal: abortSoon() });
    expect(heard).toEqual([error]);
  });
});

test("a failing call that code did not wait for does not end the process", async () => {
  const fails = aTool("fails", {
    run: () => {
      throw new Error("unseen");
    },
  });
  const main = aTool("main", {
    run: async (_input, ctx) => {
      void ctx.call("fails", {});
      void ctx.functions["fails"]?.({});
      await new Promise((resolve) => setTimeout(resolve, 1));
      return "done";
    },
  });
  const { result, events } = await runEntry(main, { space: [fails] });
  expect(result?.output).toBe("done");
  const failures = events.filter((event) => event.kind === "tool-result" && event.isError);
  expect(failures).toHaveLength(2);
});

test("a call that code left behind is cancelled when the run is over", async () => {
  const heard: string[] = [];
  const started: string[] = [];
  const slow = aTool("slow", {
    run: async (_input, { signal, call }) => {
      signal.addEventListener("abort", () => heard.push("abort"));
      await new Promise((resolve) => setTimeout(resolve, 3));
      await call("more", {}).catch((error: Error) => heard.push(error.message));
    },
  });
  const more = aTool("more", { run: () => started.push("more") });
  const main = aTool("main", {
    run: async (_input, ctx) => {
      void ctx.call("slow", {});
      await new Promise((resolve) => setTimeout(resolve, 1));
      return "done";
    },
  });
  const { result, events } = await runEntry(main, { space: [slow, more] });
  expect(result?.output).toBe("done");
  await new Promise((resolve) => setTimeout(resolve, 8));
  expect(started).toEqual([]);
  expect(heard).toEqual(["abort", 'Failed to run "main": the run is over']);
  expect(events.at(-1)?.kind).toBe("run-end");
});

test("the first reason for a run's end is the one that is told", async () => {
  const controller = new AbortController();
  const fails = aTool("fails", {
    run: async (_input, ctx) => {
      await ctx.call("down", {}).catch(() => controller.abort());
      throw new Error("third");
    },
  });
  const { error } = await runEntry(fails, {
    space: [aTool("down")],
    limits: { maxCalls: 0 },
    signal: controller.signal,
  });
  expect(error?.code).toBe("limit");
});
