import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { CallContext } from "../../src/functions/call-context.ts";
import { domain } from "../../src/functions/domain.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { CODE_TIMEOUT_MS } from "../../src/runtime/call/run-code.ts";
import type { ComparedSample } from "../../src/runtime/state/watch.ts";
import { ManualClock } from "../support/clock.ts";
import { aHardened, exactWatch } from "../support/hardened.ts";
import { testHost } from "../support/host.ts";
import {
  aTool,
  aWorker,
  type Ran,
  runEntry,
  scripted,
  toldToModel,
  toolResults,
} from "../support/project.ts";

/** Who answered, as the events of a run say it. */
function answered({ events }: Ran): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "answered"
      ? [`${event.callId}: ${event.by}${event.reason === undefined ? "" : `: ${event.reason}`}`]
      : [],
  );
}

function warnings({ events }: Ran): readonly string[] {
  return events.flatMap((event) => (event.kind === "warning" ? [event.message] : []));
}

const SCRIPT = "- by prompt";

describe("a hardened function", () => {
  test("is answered by its code, and asks no model", async () => {
    const ran = await runEntry(aHardened("main"), { script: SCRIPT });
    expect(ran.result?.output).toBe("by code");
    expect(ran.asked).toEqual([]);
    expect(answered(ran)).toEqual(["main: code"]);
  });

  test("is answered by its prompt where a conversation comes before its input", async () => {
    const history = [{ kind: "user" as const, content: [{ kind: "text" as const, text: "Hi." }] }];
    const { result, events, asked } = await runEntry(aHardened("main"), { history });
    expect(result?.output).toBe("Done.");
    expect(asked[0]?.messages).toHaveLength(2);
    expect(events.find(({ kind }) => kind === "answered")).toMatchObject({
      by: "prompt",
      callId: "main#2",
      reason: "a conversation comes before the input",
    });
  });

  test("is given its input as the prompt would be, and says a value as a value", async () => {
    const code = { run: (input: unknown) => ({ ok: true, value: JSON.stringify(input) }) };
    const ran = await runEntry(aHardened("main", { code }));
    expect(ran.result?.output).toBe('{"input":"Go."}');
  });

  test("with an output schema gives what the schema makes of code's answer", async () => {
    const output = z.object({ name: z.string(), tags: z.array(z.string()).default([]) });
    const code = { run: () => ({ name: "Ada" }) };
    const ran = await runEntry(aHardened("main", { code, worker: { output } }));
    expect(ran.result?.output).toEqual({ name: "Ada", tags: [] });
  });

  const output = z.object({ name: z.string() });
  const accepts = () => true as const;
  const isOut = domain({ accepts: () => "no comma" });
  const isWrong = domain({ accepts, check: () => "a name has letters" });
  const throws = domain({
    accepts: () => {
      throw new Error("no such field");
    },
  });
  // What JavaScript lets a domain say, whatever its type.
  const saysFalse = domain({ accepts: (() => false) as unknown as () => string });
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.each<[string, Parameters<typeof aHardened>[1], string | RegExp]>([
    ["an input outside its domain", { domain: isOut }, "the input is outside its domain: no comma"],
    [
      "a domain that throws",
      { domain: throws },
      "the input is outside its domain: the check threw: no such field",
    ],
    [
      "a domain that says neither",
      { domain: saysFalse },
      "the input is outside its domain: it does not say why",
    ],
    [
      "code that declines",
      { code: { run: () => ({ ok: false, reason: "two names" }) } },
      "its code declined: two names",
    ],
    [
      "code that throws",
      {
        code: {
          run: () => {
            throw new Error("no match");
          },
        },
      },
      "its code threw: no match",
    ],
    [
      "code that rejects",
      { code: { run: async () => Promise.reject(new Error("no match")) } },
      "its code threw: no match",
    ],
    [
      "an input that its code does not take",
      { code: { input: z.object({ header: z.string() }) } },
      /^its code does not take the input: header: /,
    ],
    [
      "an answer that its code's schema does not take",
      { code: { output: z.string(), run: () => 3 } },
      /^its code's answer does not fit: /,
    ],
    [
      "an answer that is no text where the worker gives one",
      { code: { run: () => 3 } },
      "its code's answer does not fit: expected a text, got 3",
    ],
    [
      "an answer that does not fit the worker's schema",
      { code: { run: () => ({ name: 3 }) }, worker: { output } },
      /^its code's answer does not fit: name: /,
    ],
    ["an answer that is no JSON", { code: { run: () => cycle } }, /is not JSON/],
    [
      "an answer that cannot be right",
      { domain: isWrong },
      "its code's answer cannot be right: a name has letters",
    ],
  ])("is answered by its prompt for %s", async (_what, literal, reason) => {
    const hasSchema = literal?.worker?.output !== undefined;
    const script = hasSchema ? `- '{"name":"Ada"}'` : SCRIPT;
    const host = testHost({ clock: new ManualClock() });
    const ran = await runEntry(aHardened("main", literal), { script, host });
    expect(ran.result?.output).toEqual(hasSchema ? { name: "Ada" } : "by prompt");
    const [said = ""] = answered(ran);
    expect(said.slice(0, "main: prompt: ".length)).toBe("main: prompt: ");
    expect(said.slice("main: prompt: ".length)).toEqual(
      typeof reason === "string" ? reason : expect.stringMatching(reason),
    );
  });

  test("is answered by its prompt where files are attached", async () => {
    const input = { input: "Go.", attachments: ["README.md"] };
    const ran = await runEntry(aHardened("main"), { script: SCRIPT, input });
    expect(ran.result?.output).toBe("by prompt");
    expect(answered(ran)).toEqual(["main: prompt: files are attached"]);
  });

  test("asks its prompt with the input as it came, whatever code did to it", async () => {
    const code = {
      run: (input: { input: string }) => {
        input.input = "changed";
        return { ok: false, reason: "no" };
      },
    };
    const spoils = domain<{ input: string }>({
      accepts: (input) => {
        input.input = "spoilt";
        return true;
      },
    });
    const ran = await runEntry(aHardened("main", { code, domain: spoils }), { script: SCRIPT });
    expect(ran.asked[0]?.messages).toEqual([
      { kind: "user", content: [{ kind: "text", text: "Go." }] },
    ]);
  });

  test.each<[string, (ctx: CallContext) => unknown]>([
    ["calls", (ctx) => ctx.call("other", {})],
    ["calls by method", (ctx) => ctx.functions["other"]?.({})],
    ["reads the clock", (ctx) => ctx.now()],
    ["draws random numbers", (ctx) => ctx.random()],
  ])("is answered by its prompt when its code %s", async (_what, use) => {
    let runs = 0;
    const other = aTool("other", { run: () => ++runs });
    const code = { run: async (_input: unknown, ctx: CallContext) => String(await use(ctx)) };
    const main = aHardened("main", { code, worker: { calls: [other] } });
    const ran = await runEntry(main, { script: SCRIPT });
    expect(ran.result?.output).toBe("by prompt");
    expect(answered(ran)[0]).toMatch(
      /its code threw: ctx\..* is not there for code that stands in for a prompt/,
    );
    expect(runs).toBe(0);
  });

  test("does not end the process by a call that nobody awaits", async () => {
    const code = {
      run: (_input: unknown, ctx: CallContext) => {
        void ctx.call("other", {});
        return "by code";
      },
    };
    const ran = await runEntry(aHardened("main", { code }));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(ran.result?.output).toBe("by code");
  });

  test("is answered by its prompt when its code takes too long, which is told to stop", async () => {
    const clock = new ManualClock();
    let signal: AbortSignal | undefined;
    const code = {
      run: (_input: unknown, ctx: CallContext) => {
        signal = ctx.signal;
        return new Promise(() => undefined);
      },
    };
    const running = runEntry(aHardened("main", { code }), {
      script: SCRIPT,
      host: testHost({ clock }),
    });
    while (clock.pending === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    clock.pass(CODE_TIMEOUT_MS);
    const ran = await running;
    expect(ran.result?.output).toBe("by prompt");
    expect(answered(ran)).toEqual([`main: prompt: its code did not answer within 1000 ms`]);
    expect(signal?.aborted).toBe(true);
  });

  test("whose prompt fails fails as its prompt does", async () => {
    const code = { run: () => ({ ok: false, reason: "no" }) };
    const script = "- { text: No., stop: refusal }";
    const ran = await runEntry(aHardened("main", { code }), { script });
    expect(ran.error?.message).toBe('Failed to call "main": its model refused: No.');
  });

  test("that may not be answered by its code says so once in a run", async () => {
    const helper = aHardened("helper", { problem: () => "its prompt has changed" });
    const script =
      "- [{ tool_call: { name: helper, input: { input: a } } }, { tool_call: { name: helper, input: { input: b } } }]\n" +
      "- by prompt\n- by prompt\n- Done.\n";
    const ran = await runEntry(aWorker("main", { calls: [helper] }), { script });
    expect(ran.result?.output).toBe("Done.");
    expect(answered(ran)).toEqual([]);
    expect(warnings(ran)).toEqual([
      "the prompt of helper answers, not its code: its prompt has changed",
    ]);
  });
});

describe("inside other functions", () => {
  const asksHelper = "- tool_call: { name: helper, input: { input: a } }\n";

  test("callers see one function, with the prompt's description and schema", async () => {
    const main = aWorker("main", { calls: [aHardened("helper")] });
    const ran = await runEntry(main, { script: `${asksHelper}- Done.` });
    expect(toldToModel(ran)).toBe("helper: by code");
    expect(ran.asked[0]?.tools).toMatchObject([
      { name: "helper", description: "The worker helper." },
    ]);
    expect(answered(ran)).toEqual(["main/helper: code"]);
  });

  test("approvals are asked as for the prompt", async () => {
    const helper = aHardened("helper");
    const blocked = aWorker("main", { asks: [helper] });
    const ask = "- tool_call: { name: helper, input: { input: a, attachments: [README.md] } }\n";
    const ran = await runEntry(blocked, { script: `${ask}- Done.`, approvals: "headless" });
    expect(ran.error).toMatchObject({ code: "approval-needed", exitCode: 4 });
    expect(answered(ran)).toEqual([]);
  });

  test("limits of calls and depth count it as any call", async () => {
    const main = aWorker("main", { calls: [aHardened("helper")] });
    const script = `${asksHelper}- Done.`;
    const deep = await runEntry(main, { script, limits: { maxDepth: 0 } });
    expect(deep.error).toMatchObject({ code: "limit", exitCode: 5 });
    const many = await runEntry(main, { script: asksHelper + script, limits: { maxCalls: 1 } });
    expect(many.error).toMatchObject({ code: "limit", exitCode: 5 });
  });

  test("code that is called by code is answered by code, too", async () => {
    const main = aTool("main", { run: (_input, ctx) => ctx.call("helper", "a") });
    const ran = await runEntry(main, { space: [aHardened("helper")] });
    expect(ran.result?.output).toBe("by code");
  });
});

describe("in shadow", () => {
  const shadow = (literal: Parameters<typeof aHardened>[1] = {}) =>
    aHardened("main", { mode: "shadow", ...literal });

  test("the prompt answers, and code is tried beside it and compared", async () => {
    const watch = exactWatch();
    const ran = await runEntry(shadow(), { script: SCRIPT, watch });
    expect(ran.result?.output).toBe("by prompt");
    expect(ran.asked).toHaveLength(1);
    expect(answered(ran)).toEqual(["main: prompt: code is tried beside it"]);
    expect(watch.samples).toMatchObject([
      { code: "by code", prompt: "by prompt", input: { input: "Go." }, source: "script" },
    ]);
    expect(watch.kept).toMatchObject([{ mode: "shadow", by: "prompt", reason: undefined }]);
    expect(ran.events.find(({ kind }) => kind === "shadow")).toMatchObject({
      callId: "main",
      agreed: false,
      differences: [{ path: "", code: "by code", prompt: "by prompt" }],
    });
    expect(warnings(ran)).toEqual(["the alarm rings"]);
  });

  test("every call is compared, whatever the share", async () => {
    const watch = exactWatch();
    await runEntry(shadow({ share: 0.01 }), { script: "- by code", watch });
    expect(watch.samples).toHaveLength(1);
  });

  test.each<[string, (...args: unknown[]) => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("no match");
      },
      "its code threw: no match",
    ],
    ["rejects", async () => Promise.reject(new Error("no match")), "its code threw: no match"],
    ["declines", () => ({ ok: false, reason: "two names" }), "its code declined: two names"],
  ])("code that %s changes nothing for the caller and is not compared", async (_what, run, why) => {
    const watch = exactWatch();
    const host = testHost({ clock: new ManualClock() });
    const ran = await runEntry(shadow({ code: { run } }), { script: SCRIPT, watch, host });
    expect(ran.result?.output).toBe("by prompt");
    expect(warnings(ran)).toEqual([]);
    expect(watch.samples).toEqual([]);
    expect(watch.kept).toMatchObject([{ by: "prompt", reason: why }]);
    expect(ran.events.find(({ kind }) => kind === "shadow")).toMatchObject({ reason: why });
  });

  test("the caller does not wait for code that takes longer than the prompt", async () => {
    const watch = exactWatch();
    let signal: AbortSignal | undefined;
    const code = {
      run: (_input: unknown, ctx: CallContext) => {
        signal = ctx.signal;
        return new Promise(() => undefined);
      },
    };
    const clock = new ManualClock();
    const host = testHost({ clock });
    const running = runEntry(shadow({ code }), { script: SCRIPT, watch, host });
    // The prompt has answered when two wait for the clock: code for its time, the call for code.
    while (clock.pending < 2) await new Promise((go) => setImmediate(go));
    clock.pass(1);
    const ran = await running;
    expect(ran.result?.output).toBe("by prompt");
    expect(signal?.aborted).toBe(true);
    expect(watch.kept).toMatchObject([{ reason: "its code took longer than its prompt" }]);
  });

  test("code has as long as the prompt takes", async () => {
    const watch = exactWatch();
    const over = Promise.withResolvers<string>();
    const code = { run: () => over.promise };
    const inner = scripted(SCRIPT);
    const transport: ModelTransport = {
      async *stream(request, options) {
        for (let turn = 0; turn < 20; turn++) await new Promise((go) => setImmediate(go));
        over.resolve("by code");
        yield* inner.stream(request, options);
      },
    };
    const host = testHost({ clock: new ManualClock() });
    const ran = await runEntry(shadow({ code }), { script: transport, watch, host });
    expect(ran.result?.output).toBe("by prompt");
    expect(watch.samples).toMatchObject([{ code: "by code" }]);
  });

  test("a prompt that fails fails the call, as it would alone", async () => {
    const watch = exactWatch();
    const ran = await runEntry(shadow(), { script: "- { text: No., stop: refusal }", watch });
    expect(ran.error?.message).toBe('Failed to call "main": its model refused: No.');
    expect([watch.samples, watch.kept]).toEqual([[], []]);
  });

  test("without anybody who compares no code is tried", async () => {
    let runs = 0;
    const ran = await runEntry(shadow({ code: { run: () => String(++runs) } }), { script: SCRIPT });
    expect(ran.result?.output).toBe("by prompt");
    expect(runs).toBe(0);
    expect(warnings(ran)).toEqual([
      "the prompt of main answers, not its code: nothing here compares the two",
    ]);
  });

  test("no code is tried after an alarm", async () => {
    const watch = exactWatch("its alarm was raised");
    const ran = await runEntry(shadow(), { script: SCRIPT, watch });
    expect(ran.result?.output).toBe("by prompt");
    expect(answered(ran)).toEqual(["main: prompt: its alarm was raised"]);
    expect([watch.samples, watch.kept]).toEqual([[], []]);
  });
});

describe.each(["canary", "code"] as const)(
  "an answer of code that is checked in mode %s",
  (mode) => {
    const checked = (literal: Parameters<typeof aHardened>[1] = {}) =>
      aHardened("main", { mode, check: 1, ...literal });

    test("is given to the caller where the prompt says something else, and the alarm is told", async () => {
      const watch = exactWatch();
      const ran = await runEntry(checked(), { script: SCRIPT, watch });
      expect(ran.result?.output).toBe("by code");
      expect(ran.asked).toHaveLength(1);
      expect(ran.events.find(({ kind }) => kind === "answered")).toMatchObject({ checked: true });
      expect(watch.kept).toMatchObject([{ mode, by: "code", reason: undefined }]);
      expect(watch.samples).toMatchObject([
        { code: "by code", prompt: "by prompt", source: "script", isNew: true },
      ]);
      expect(ran.events.find(({ kind }) => kind === "shadow")).toMatchObject({ agreed: false });
      expect(warnings(ran)).toEqual(["the alarm rings"]);
    });

    test("is drawn by its share", async () => {
      const watch = exactWatch();
      const ran = await runEntry(checked({ check: 0.5 }), { script: SCRIPT, watch }); // 0.5 is drawn
      expect([ran.result?.output, ran.asked, watch.samples]).toEqual(["by code", [], []]);
    });

    test("is no fallback: that one is kept and not compared", async () => {
      const watch = exactWatch();
      const code = { run: () => ({ ok: false, reason: "no" }) };
      const ran = await runEntry(checked({ code }), { script: SCRIPT, watch });
      expect(ran.result?.output).toBe("by prompt");
      expect(watch.samples).toEqual([]);
      expect(watch.kept).toMatchObject([{ by: "prompt", reason: "its code declined: no" }]);
    });

    test.each([
      ["refuses", "- { text: No., stop: refusal }", "its model refused: No."],
      [
        "cannot be reached",
        "- error: { status: 400, type: bad_request, message: no credit }",
        "no credit",
      ],
    ])("is given with a warning where the prompt %s", async (_what, script, reason) => {
      const watch = exactWatch();
      const ran = await runEntry(checked(), { script, watch });
      expect(ran.result?.output).toBe("by code");
      expect(warnings(ran)[0]).toContain(
        "code answered main, and its prompt could not be compared: ",
      );
      expect(warnings(ran)[0]).toContain(reason);
      expect(watch.samples).toEqual([]);
    });

    test("counts what the prompt uses against the limits", async () => {
      const helper = aHardened("helper", { mode, check: 1 });
      const script =
        "- { tool_call: { name: helper, input: { input: a } }, usage: { inputTokens: 5, outputTokens: 5 } }\n" +
        "- { text: by code, usage: { inputTokens: 50, outputTokens: 50 } }\n- Done.\n";
      const main = aWorker("main", { calls: [helper] });
      const ran = await runEntry(main, { script, watch: exactWatch(), limits: { maxTokens: 60 } });
      expect(ran.error).toMatchObject({ code: "limit" });
    });

    test("is not checked where nobody compares", async () => {
      const ran = await runEntry(checked(), { script: SCRIPT });
      expect([ran.result?.output, ran.asked]).toEqual(["by code", []]);
    });

    test("is not given where it cannot be kept, which is said once", async () => {
      const watch = { ...exactWatch(), keep: () => "its log cannot be written" };
      const helper = aHardened("helper", { mode });
      const calls = "- tool_call: { name: helper, input: { input: a } }\n- by prompt\n";
      const main = aWorker("main", { calls: [helper] });
      const ran = await runEntry(main, { script: `${calls}${calls}- Done.`, watch });
      expect(toldToModel(ran)).toBe("helper: by prompt\nhelper: by prompt");
      expect(warnings(ran)).toEqual([
        "the prompt of helper answers, not its code: its log cannot be written",
      ]);
    });

    test("is the last one where it raises the alarm: the next call is the prompt's", async () => {
      const watch = exactWatch();
      let problem: string | undefined;
      const rings = {
        ...watch,
        problem: () => problem,
        compare: (sample: ComparedSample) => {
          problem = "its alarm was raised";
          return watch.compare(sample);
        },
      };
      const helper = aHardened("helper", { mode, check: 1 });
      const call = "- tool_call: { name: helper, input: { input: a } }\n- by prompt\n";
      const main = aWorker("main", { calls: [helper] });
      const ran = await runEntry(main, { script: `${call.repeat(3)}- Done.`, watch: rings });
      expect(ran.asked.flatMap((one) => toolResults(one)).slice(-3)).toEqual([
        "helper: by code",
        "helper: by prompt",
        "helper: by prompt",
      ]);
      expect(warnings(ran)).toEqual(["the alarm rings"]); // once
    });
  },
);

describe("as a canary", () => {
  test.each([
    [0.6, "by code", "main: code"],
    [0.5, "by prompt", "main: prompt: the call was not drawn for code"],
  ])("with a share of %d and a draw of 0.5 the answer is %s", async (share, output, said) => {
    const main = aHardened("main", { mode: "canary", share });
    const watch = exactWatch();
    const ran = await runEntry(main, { script: SCRIPT, watch });
    expect(ran.result?.output).toBe(output);
    expect(answered(ran)).toEqual([said]);
    expect(watch.kept.map(({ by }) => by)).toEqual([output.replace("by ", "")]);
  });
});

describe("another worker in a prompt's place", () => {
  const cheaper = (literal: Parameters<typeof aWorker>[1] = {}) => ({
    candidate: {
      kind: "worker" as const,
      worker: aWorker("cheaper", { model: "test:small", ...literal }),
    },
  });

  test("answers through its own model, in a call of its own", async () => {
    const ran = await runEntry(aHardened("main", cheaper()), { script: "- by cheaper" });
    expect(ran.result?.output).toBe("by cheaper");
    expect(ran.asked).toMatchObject([
      { model: "test:small", caller: { worker: "cheaper", callId: "main/cheaper" } },
    ]);
    expect(answered(ran)).toEqual(["main: code"]);
    const own = ran.events.filter(({ callId }) => callId === "main/cheaper");
    expect([own[0]?.kind, own.at(-1)?.kind]).toEqual(["call-start", "call-end"]);
  });

  test.each([
    ["refuses", "- { text: No., stop: refusal }", "cheaper gave no answer: its model refused: No."],
    [
      "cannot be reached",
      "- error: { status: 400, type: bad_request, message: no credit }",
      /^cheaper gave no answer: .*no credit/,
    ],
  ])("that %s leaves the answer to the prompt", async (_what, script, reason) => {
    const watch = exactWatch();
    const literal = { script: `${script}\n- by prompt`, watch };
    const ran = await runEntry(aHardened("main", cheaper()), literal);
    expect([ran.error, ran.result?.output]).toEqual([undefined, "by prompt"]);
    expect(watch.kept).toMatchObject([{ by: "prompt", reason: expect.stringMatching(reason) }]);
  });

  test("is under the guard and the schema of the worker that it stands in for", async () => {
    const isWrong = domain({ accepts: () => true, check: () => "a name has letters" });
    const main = aHardened("main", { ...cheaper(), domain: isWrong });
    const ran = await runEntry(main, { script: "- by cheaper\n- by prompt" });
    expect(ran.result?.output).toBe("by prompt");
    expect(answered(ran)).toEqual([
      "main: prompt: its code's answer cannot be right: a name has letters",
    ]);
  });

  test("ends the run where a limit is reached", async () => {
    const usage = "usage: { inputTokens: 50, outputTokens: 50 }";
    const script = `- { text: by cheaper, ${usage} }\n- { text: by prompt, ${usage} }`;
    const main = aHardened("main", { ...cheaper({ limits: { maxTokens: 10 } }) });
    const calls =
      "- { tool_call: { name: none, input: {} }, usage: { inputTokens: 50, outputTokens: 50 } }";
    const ran = await runEntry(main, { script: `${calls}\n${script}` });
    expect(ran.error).toMatchObject({ code: "limit" });
    const few = await runEntry(aHardened("main", cheaper()), { script, limits: { maxCalls: 0 } });
    expect(few.error).toMatchObject({ code: "limit" });
  });

  test("is asked for its approvals as anywhere", async () => {
    const other = aTool("other");
    const main = aHardened("main", cheaper({ asks: [other] }));
    const script = "- tool_call: { name: other, input: {} }\n- by cheaper";
    const ran = await runEntry(main, { script, approvals: "headless" });
    expect(ran.error).toMatchObject({ code: "approval-needed", exitCode: 4 });
  });

  test("in a shadow is compared with the prompt, which answers", async () => {
    const watch = exactWatch();
    const main = aHardened("main", { mode: "shadow", ...cheaper() });
    const ran = await runEntry(main, { script: "- by prompt\n- by cheaper", watch });
    expect(ran.result?.output).toBe("by prompt");
    expect(watch.samples).toMatchObject([{ code: "by cheaper", prompt: "by prompt" }]);
  });
});
