import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { ApprovalRequest } from "../../src/approval/approval-request.ts";
import type { Asker } from "../../src/approval/decide.ts";
import { temporaryFolder } from "../support/host.ts";
import { aTool, aWorker, granting, runEntry, toldToModel, writeFiles } from "../support/project.ts";

const sent: unknown[] = [];
const send = aTool("send", {
  input: z.object({ to: z.string() }),
  effect: "external",
  run: ({ to }) => {
    sent.push(to);
    return `sent to ${to}`;
  },
});
const script = "- tool_call: { name: send, input: { to: ada } }\n- Done.";
const main = aWorker("main", { asks: [send] });

describe("a call that needs approval", () => {
  test.each([
    [
      "runs when its worker pre-approves it",
      granting(main, send, { preApproved: true }),
      "headless",
      "send: sent to ada",
    ],
    [
      "is denied when its worker blocks it",
      granting(main, send, { blocked: true, preApproved: true }),
      "approve-all",
      'send! "send" is blocked by the configuration of main',
    ],
    ["runs under approve-all", main, "approve-all", "send: sent to ada"],
    [
      "is denied under reject-all",
      main,
      "reject-all",
      "send! this run rejects every call that needs approval",
    ],
  ] as const)("%s, and the model is told", async (_what, worker, approvals, told) => {
    sent.length = 0;
    const ran = await runEntry(worker, { script, approvals });
    expect(toldToModel(ran)).toBe(told);
    expect(ran.result?.output).toBe("Done.");
    expect(sent).toEqual(told.startsWith("send:") ? ["ada"] : []);
  });

  test("ends a headless run with the smallest rule that would admit it", async () => {
    const helper = aTool("helper", { run: (_input, ctx) => ctx.call("send", { to: "ada" }) });
    const inner = aWorker("inner", { calls: [helper], asks: [send] });
    const entry = aWorker("main", { calls: [inner] });
    const { error, events } = await runEntry(entry, {
      script:
        "- tool_call: { name: inner, input: { input: Mail. } }\n- tool_call: { name: helper }",
    });
    expect(error?.exitCode).toBe(4);
    expect(error?.code).toBe("approval-needed");
    expect(error?.report()).toMatchInlineSnapshot(`
      "Failed to call "send": it needs approval and nobody is there to give it
        asked by: main > inner > helper
        input: {"to":"ada"}
        the smallest rule that would admit it, in inner.worker:
          toolsets:
            tools: { _approval_config: { send: { pre_approved: true } } }
        it admits every call of send, whatever its input
      Try: add that rule, or run with --approve-all to allow every call of this run"
    `);
    expect(events.at(-1)).toMatchObject({ kind: "run-end", ok: false });
  });

  test("is not approved before its input fits", async () => {
    const asked: ApprovalRequest[] = [];
    const ran = await runEntry(main, {
      script: "- tool_call: { name: send, input: { to: 7 } }\n- Done.",
      approvals: async (request) => {
        asked.push(request);
        return { kind: "allow", by: "person" };
      },
    });
    expect(toldToModel(ran)).toContain("its input does not fit");
    expect(asked).toEqual([]);
  });

  test("is shown to whoever is asked as it will run", async () => {
    const asked: ApprovalRequest[] = [];
    const trim = aTool("trim", {
      input: z.object({ to: z.string().trim(), copies: z.number().default(1) }),
      run: (input) => input,
    });
    const ran = await runEntry(aWorker("main", { asks: [trim] }), {
      script: '- tool_call: { name: trim, input: { to: " ada " } }\n- Done.',
      approvals: async (request) => {
        asked.push(request);
        Object.assign(request.input ?? {}, { to: "eve" }); // an asker has a copy
        return { kind: "allow", by: "person" };
      },
    });
    expect(asked).toMatchObject([
      {
        tool: "trim",
        callId: "main/trim",
        chain: ["main"],
        worker: "main",
        workerFile: "main.worker",
        within: [],
        toolset: "tools",
      },
    ]);
    expect(toldToModel(ran)).toBe('trim: {"to":"ada","copies":1}');
  });
});

describe("whoever is asked", () => {
  const three = `- - tool_call: { name: send, input: { to: a } }
  - tool_call: { name: send, input: { to: b } }
  - tool_call: { name: send, input: { to: c } }
- Done.`;

  test("is asked one call at a time, in call order, and each answer is its call's", async () => {
    const asked: unknown[] = [];
    let open = 0;
    const ask: Asker = async ({ input }) => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      asked.push(input);
      if (asked.length === 2) return { kind: "deny", by: "person", reason: "not him" };
      return { kind: "allow", by: "person" };
    };
    const ran = await runEntry(main, { script: three, approvals: ask });
    expect(asked).toEqual([{ to: "a" }, { to: "b" }, { to: "c" }]);
    expect(toldToModel(ran)).toBe("send: sent to a\nsend! not him\nsend: sent to c");
  });

  test("denies by throwing, and is asked again for the next call", async () => {
    const answers = [
      () => {
        throw new Error("the terminal is gone");
      },
      async () => ({ kind: "allow", by: "person" }) as const,
    ];
    const ran = await runEntry(main, {
      script:
        "- tool_call: { name: send, input: { to: a } }\n- tool_call: { name: send, input: { to: b } }\n- Done.",
      approvals: (() => answers.shift()?.()) as Asker, // a user's function may throw at once
    });
    expect(ran.events.filter(({ kind }) => kind === "tool-result")).toMatchObject([
      { isError: true, output: "the approval failed: the terminal is gone" },
      { isError: false, output: "sent to b" },
    ]);
  });

  test("and never answers holds the run up only until it is aborted", async () => {
    const controller = new AbortController();
    const asked: unknown[] = [];
    const ran = await runEntry(main, {
      script: three,
      signal: controller.signal,
      approvals: ({ input }) => {
        asked.push(input);
        setImmediate(() => controller.abort());
        return new Promise(() => undefined);
      },
    });
    expect(ran.error).toMatchObject({ code: "aborted", exitCode: 130 });
    expect(asked).toEqual([{ to: "a" }]);
  });

  test("is not asked any more when the run ended while others waited their turn", async () => {
    const controller = new AbortController();
    let asked = 0;
    sent.length = 0;
    const ran = await runEntry(main, {
      script: three,
      signal: controller.signal,
      approvals: async () => {
        asked++;
        controller.abort();
        return { kind: "allow", by: "person" };
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ran.error?.code).toBe("aborted");
    expect(asked).toBe(1);
    expect(sent).toEqual([]);
  });
});

describe("a call of a worker", () => {
  const reader = aWorker("reader");
  const entry = aWorker("main", { asks: [reader] });
  const call = (input: string) =>
    `- tool_call: { name: reader, input: ${input} }\n- Read.\n- Done.`;

  test.each(["{ input: Read. }", "{ input: Read., attachments: [] }"])(
    "without attachments needs no approval: %s",
    async (input) => {
      const ran = await runEntry(entry, { script: call(input) });
      expect(toldToModel(ran)).toBe("reader: Read.");
      expect(ran.events).toContainEqual(
        expect.objectContaining({ kind: "approval-decision", allowed: true, by: "rule" }),
      );
    },
  );

  test("with attachments needs one", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "a.txt": "secret" });
    const input = "{ input: Read., attachments: [a.txt] }";
    const options = { script: call(input), cwd: folder.path };
    const { error } = await runEntry(entry, options);
    expect(error?.report()).toMatchInlineSnapshot(`
      "Failed to call "reader": it needs approval and nobody is there to give it
        asked by: main
        input: {"attachments":["a.txt"],"input":"Read."}
        the smallest rule that would admit it, in main.worker:
          toolsets:
            reader: { _approval_config: { reader: { pre_approved: true } } }
        it admits every call of reader, whatever its input
      Try: add that rule, or run with --approve-all to allow every call of this run"
    `);
    const allowed = await runEntry(entry, { ...options, approvals: "approve-all" });
    expect(toldToModel(allowed)).toBe("reader: Read.");
  });
});
