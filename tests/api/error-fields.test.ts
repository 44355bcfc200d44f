import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { adviseProgram, CodedError } from "../../src/errors/llm-do-error.ts";
import { isLlmDoError, LlmDoError, type RunRequest } from "../../src/index.ts";
import { type EndedRun, runOf, runsOf } from "../support/failing-run.ts";
import { codeFile } from "../support/loading.ts";

const worker = (text = "Go.", more = "") => `---\nmodel: mine:m\n${more}---\n${text}\n`;

/** Two tools that need approval, one below a worker of its own. */
const TOOLS = codeFile(
  `export const mail = toolset({ send: tool({ description: "d", effect: "external",
  input: z.object({ to: z.string() }), run: () => "sent" }) });`,
);
const MAILER = {
  "main.worker": worker("Go.", "toolsets: [mail]\n"),
  "tools.ts": TOOLS,
  "script.yaml": '- { tool_call: { name: send, input: { to: "ada" } } }\n- Done.\n',
};

/** The `error` event says what the error says. */
function expectBoth({ error, events }: EndedRun, code: string, fields: object): void {
  expect(error).toMatchObject({ code, ...fields });
  const told = events.find((event) => event.kind === "error");
  expect(told).toMatchObject({ code, ...fields });
  expect(isLlmDoError(error, "limit")).toBe(code === "limit");
}

describe("a limit says which, how far and where", () => {
  const again =
    "- { tool_call: { name: look, input: {} }, usage: { input_tokens: 60, output_tokens: 40 } }\n";
  const files = (model = "mine:m") => ({
    "main.worker": `---\nmodel: ${model}\ntoolsets: [look]\n---\nGo.\n`,
    "tools.ts": codeFile(
      'export const look = tool({ description: "d", effect: "pure", approval: "allow", input: z.object({}), run: () => "seen" });',
    ),
    "script.yaml": again.repeat(9),
  });

  test.each<[string, NonNullable<RunRequest["limits"]>, object, string?]>([
    ["calls", { maxCalls: 3 }, { limit: "maxCalls", used: 3, most: 3, call: "main/look#4" }],
    ["tokens", { maxTokens: 150 }, { limit: "maxTokens", used: 200, most: 150, call: "main" }],
    [
      "money without a price",
      { maxUsd: 1 },
      { limit: "maxUsd", used: undefined, most: 1, call: "main" },
    ],
    [
      "money",
      { maxUsd: 0.0001 },
      { limit: "maxUsd", used: expect.any(Number), most: 0.0001, call: "main" },
      "anthropic:claude-haiku-4-5",
    ],
  ])("%s", async (_what, limits, fields, model) => {
    expectBoth(await runOf(files(model), () => ({ limits })), "limit", fields);
  });

  test("depth", async () => {
    const ended = await runOf(
      {
        "down.ts": codeFile(
          'export const main = tool({ description: "d", effect: "pure", input: z.unknown(), run: (_i, ctx) => ctx.call("main", {}) });',
        ),
      },
      () => ({ input: {}, limits: { maxDepth: 2 } }),
    );
    const call = "main/main/main/main";
    expectBoth(ended, "limit", { limit: "maxDepth", used: 3, most: 2, call });
  });

  test("time, in milliseconds", async () => {
    const ended = await runOf(
      {
        "slow.ts": codeFile(
          'export const main = tool({ description: "d", effect: "pure", input: z.unknown(), run: (_i, ctx) => new Promise((_d, end) => ctx.signal.addEventListener("abort", () => end(ctx.signal.reason))) });',
        ),
      },
      () => ({ input: {}, limits: { timeoutMs: 5000 } }),
    );
    expectBoth(ended, "limit", { limit: "timeoutMs", used: 5000, most: 5000, call: "main" });
  });
});

test("a missing approval says what was asked, by whom, and the rule that would admit it", async () => {
  const ended = await runOf(MAILER);
  expectBoth(ended, "approval-needed", {
    tool: "send",
    input: { to: "ada" },
    chain: ["main"],
    file: expect.stringMatching(/main\.worker$/),
    rule: { toolsets: { mail: { _approval_config: { send: { pre_approved: true } } } } },
  });
});

describe("a miss says which call, the kind of cause, and where it differs", () => {
  const at =
    (mode: "record" | "replay", more: Partial<RunRequest> = {}) =>
    (folder: string): Partial<RunRequest> => ({
      cassette: { path: join(folder, "c.yaml"), mode },
      approvals: "approve-all",
      ...more,
    });

  test("of a request", async () => {
    const [recorded, ended] = await runsOf(MAILER, at("record"), at("replay", { input: "Come." }));
    expect(recorded?.error).toBeUndefined();
    if (!ended) throw new TypeError("no second run");
    expectBoth(ended, "cassette-miss", {
      call: "main",
      cause: "input",
      differsAt: expect.stringMatching(/^messages\[0\]/),
    });
  });

  test("of a cassette that is not there", async () => {
    const { error } = await runOf(MAILER, at("replay"));
    const fields = { call: undefined, cause: "not-recorded", differsAt: undefined };
    expect(error).toMatchObject({ code: "cassette-miss", ...fields });
  });

  const calling = (to: string) => ({
    "main.ts": `${TOOLS}\nexport const main = tool({ description: "d", effect: "pure", input: z.unknown(),
  run: async (input, ctx) => { for (const to of input.all) await ctx.call("send", { to }); return ${JSON.stringify(to)}; } });`,
  });

  test.each<[string, readonly string[], object]>([
    ["another input", ["bob"], { call: "main/send", cause: "input", differsAt: "input.to" }],
    ["once more", ["ada", "ada"], { call: "main/send#2", cause: "asked-again" }],
  ])("of an effect: %s", async (_what, all, fields) => {
    const [, ended] = await runsOf(
      calling("x"),
      at("record", { input: { all: ["ada"] } }),
      at("replay", { input: { all } }),
    );
    expect(ended?.error).toMatchObject({ code: "cassette-miss", ...fields });
  });

  test("of an effect: none", async () => {
    const [, ended] = await runsOf(
      calling("x"),
      at("record", { input: { all: [] } }),
      at("replay", { input: { all: ["ada"] } }),
    );
    const fields = { call: "main/send", cause: "not-recorded", differsAt: undefined };
    expect(ended?.error).toMatchObject({ code: "cassette-miss", ...fields });
  });
});

describe("an aborted run says what its signal was given", () => {
  test.each<[string, unknown, string]>([
    ["a text", "the tab was closed", "the tab was closed"],
    ["an error", new Error("the tab\nwas closed"), "the tab was closed"],
    ["nothing", undefined, "it was interrupted"],
    ["a blank text", " ", "it was interrupted"],
    ["an error without a message", new Error(), "it was interrupted"],
    ["something else", { tab: 1 }, "it was interrupted"],
  ])("%s", async (_what, given, reason) => {
    const signal = AbortSignal.abort(given);
    const ended = await runOf(MAILER, () => ({ signal }));
    expectBoth(ended, "aborted", { reason });
    expect(ended.error?.cause).toBe(signal.reason);
  });
});

test("an error of another installed copy narrows as well", () => {
  const fields = { limit: "maxCalls", used: 3, most: 3, call: "main" } as const;
  const own = new LlmDoError({ code: "limit", verb: "run", what: "main", reason: "r", ...fields });
  // What another copy makes has the brand and the fields, and another class.
  const other: unknown = Object.assign(new Error(own.message), { ...own });
  expect(other).not.toBeInstanceOf(CodedError);
  if (!isLlmDoError(other, "limit")) throw new TypeError("it does not narrow");
  expect(other.most).toBe(3);
  expect(adviseProgram(other)).toBe(other);
});
