import { join } from "node:path";
import { inspect, types } from "node:util";
import { describe, expect, test } from "vitest";
import {
  isLlmDoError,
  LlmDoError,
  type ModelTransport,
  type RunEvent,
  type RunRequest,
  run,
} from "../../src/index.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const TOOLS = codeFile(
  "export const notes = toolset({",
  '  add: tool({ description: "Add.", input: z.object({ a: z.coerce.number(), b: z.number().default(2) }),',
  '    effect: "pure", run: (input) => { const sum = input.a + input.b; input.a = 99; return sum; } }),',
  '  fail: tool({ description: "Fail.", input: z.object({}), effect: "pure",',
  '    run: () => { throw new Error("no luck"); } }),',
  '  mail: tool({ description: "Mail.", input: z.object({ to: z.string() }), effect: "external",',
  '    run: () => "sent" }),',
  "});",
);
const CONFIG = "_approval_config: { add: { pre_approved: true }, fail: { pre_approved: true } }";
const WORKERS = {
  "main.worker": `---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: { notes: { ${CONFIG} }, helper: { _approval_config: { helper: { pre_approved: true } } } }\n---\nYou add.\n`,
  "helper.worker": "---\nmodel: openai:gpt-5.1\n---\nYou help.\n",
};
const USAGE = "usage: { input_tokens: 10, output_tokens: 5 }";
const call = (name: string, input: string) => `tool_call: { name: ${name}, input: ${input} }`;

async function reported(script: string, request: Partial<RunRequest> = {}) {
  using folder = temporaryFolder();
  writeFiles(folder.path, { ...WORKERS, "tools.ts": TOOLS, "script.yaml": script });
  const events: RunEvent[] = [];
  const path = (file: string) => join(folder.path, file);
  const running = run({
    files: ["main.worker", "helper.worker", "tools.ts"].map(path),
    entry: "main",
    input: "Go.",
    script: path("script.yaml"),
    host: testHost({ cwd: folder.path }),
    onEvent: (event) => events.push(event),
    ...request,
  });
  const ended = await running.then(
    (report) => ({ report }),
    (error: unknown) => ({ error }),
  );
  return { ...ended, events };
}

describe("a run's report", () => {
  test("tells each call with its checked input and what the model wrote", async () => {
    const script = `
- ${call("add", '{ a: "40" }')}
- - ${call("add", "{ b: x }")}
  - ${call("fail", "{}")}
- ${call("helper", "{ input: Help. }")}
- I help.
- Done.
`;
    const { report, events } = (await reported(script)) as Awaited<ReturnType<typeof reported>> & {
      report: Awaited<ReturnType<typeof run>>;
    };
    expect(report.output).toBe("Done.");
    expect(report.runId).toBe(events[0]?.runId);
    expect(report.cassette).toBeUndefined();
    expect(report.summary).toBeUndefined();
    expect(report.calls).toMatchObject([
      {
        callId: "main",
        parentCallId: undefined,
        depth: 0,
        input: { input: "Go." },
        output: "Done.",
      },
      {
        callId: "main/add",
        parentCallId: "main",
        function: "add",
        depth: 1,
        input: { a: 40, b: 2 },
        sent: { a: "40" },
        output: 42,
      },
      { callId: "main/add#2", input: undefined, sent: { b: "x" }, error: { code: "call" } },
      { callId: "main/fail", input: {}, error: { message: expect.stringContaining("no luck") } },
      { callId: "main/helper", input: { input: "Help." }, output: "I help." },
    ]);
    expect(report.calls[0]).not.toHaveProperty("sent");
    expect(report.calls[0]).not.toHaveProperty("error");
    expect(report.calls[2]).not.toHaveProperty("output");
    expect(report.calls[0]?.usage).toEqual(report.usage);
    expect(JSON.parse(JSON.stringify(report.calls))).toMatchObject(
      report.calls.map(({ callId }) => ({ callId })),
    );
    expect(report.warnings.join()).toContain("no luck");
  });

  test("sums tokens by model, as the run does", async () => {
    const script = `
- { ${call("helper", "{ input: Help. }")}, ${USAGE} }
- { text: I help., ${USAGE} }
- { text: Done., ${USAGE} }
`;
    const { report } = (await reported(script)) as {
      report: Awaited<ReturnType<typeof run>>;
    };
    const models = Object.keys(report.usageByModel);
    expect(models).toEqual(["anthropic:claude-haiku-4-5", "openai:gpt-5.1"]);
    const of = Object.values(report.usageByModel);
    expect(of.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(
      report.usage.inputTokens,
    );
    expect(of.reduce((sum, { usd = 0 }) => sum + usd, 0)).toBeCloseTo(report.usd ?? -1, 12);
  });

  test("of a failed run is with its error, and shown by nothing that prints errors", async () => {
    const script = `- ${call("add", "{ a: 1 }")}\n- ${call("mail", "{ to: ada }")}\n- Done.\n`;
    const { error, events } = (await reported(script)) as { error: unknown; events: RunEvent[] };
    if (!isLlmDoError(error)) throw new Error("expected a coded error");
    expect(error.code).toBe("approval-needed");
    expect(error.run).toMatchObject({ runId: events[0]?.runId, usd: 0, summary: undefined });
    expect(error.run).not.toHaveProperty("output");
    expect(error.run?.calls).toMatchObject([
      { callId: "main", error: { code: "approval-needed" } },
      { callId: "main/add", output: 3 },
      { callId: "main/mail", input: { to: "ada" }, error: { code: "approval-needed" } },
    ]);
    expect(error.run?.messages.map(({ kind }) => kind)).toEqual([
      "user",
      "assistant",
      "tool",
      "assistant",
    ]);
    for (const text of [error.report(), JSON.stringify(error), inspect(error)]) {
      expect(text).not.toContain("usageByModel");
    }
    expect(JSON.stringify(events)).not.toContain("usageByModel");
    expect(Object.keys(error)).not.toContain("run");
  });

  test("is each run's own where one error ends several", async () => {
    const shared = new LlmDoError({
      code: "provider",
      verb: "ask",
      what: "main",
      reason: "no",
      tries: ["wait"],
      status: 400,
      type: undefined,
      retryable: false,
      retryAfterMs: undefined,
    });
    const transport: ModelTransport = {
      // biome-ignore lint/correctness/useYield: it fails before it says anything
      async *stream() {
        throw shared;
      },
    };
    const noScript: object = { script: undefined };
    const ended = await Promise.all(
      ["a", "b", "c"].map((input) => reported("", { input, transport, ...noScript })),
    );
    const errors = ended.map((one) => ("error" in one ? one.error : undefined));
    const runs = errors.map((error) => (isLlmDoError(error, "provider") ? error.run : undefined));
    expect(new Set(runs.map((one) => one?.runId)).size).toBe(1); // each host counts from 1
    expect(new Set(runs).size).toBe(3);
    for (const error of errors) {
      expect(error).toBeInstanceOf(LlmDoError);
      expect(types.isNativeError(error)).toBe(true);
      expect(error).toMatchObject({
        message: shared.message,
        status: 400,
        tries: ["wait"],
        exitCode: shared.exitCode,
      });
      expect(String(inspect(error))).toContain("report.test.ts");
    }
  });

  test("is missing where no run began", async () => {
    const { error } = (await reported("- Done.\n", { entry: "nobody" })) as { error: unknown };
    if (!isLlmDoError(error)) throw new Error("expected a coded error");
    expect(error.run).toBeUndefined();
  });

  test("does not change after the run", async () => {
    const { report } = (await reported(`- ${call("add", "{ a: 1 }")}\n- Done.\n`)) as {
      report: Awaited<ReturnType<typeof run>>;
    };
    // The tool changes its own copy of the input.
    expect(report.calls[1]?.input).toEqual({ a: 1, b: 2 });
  });
});
