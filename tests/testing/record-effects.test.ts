import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { caseProject, failed } from "../support/cases.ts";
import { problems } from "../support/cassettes.ts";
import {
  isToldResult,
  type ModelSays,
  type ModelServer,
  modelServer,
} from "../support/model-server.ts";
import { writeFiles } from "../support/project.ts";

const source = JSON.stringify(join(import.meta.dirname, "../../src/index.ts"));
const zod = JSON.stringify(import.meta.resolve("zod"));

const MAIN = `---
model: anthropic:claude-haiku-4-5
toolsets:
  pay: { _approval_config: { refund: { pre_approved: true }, refund_all: { pre_approved: true } } }
  clerk: {}
---
Refund politely.
`;
const CLERK = `---
model: anthropic:claude-haiku-4-5
toolsets: { pay: { _approval_config: { refund: { pre_approved: true } } } }
---
You are a clerk.
`;
const TOOLS = `
import { tool, toolset } from ${source};
import { z } from ${zod};
import { appendFileSync } from "node:fs";
const log = (line) => appendFileSync(import.meta.dirname + "/log.txt", line + "\\n");
const input = z.object({ id: z.string(), amount: z.number() });
const refund = tool({ description: "Refund.", input, effect: "external", run: ({ id, amount }) => {
  log("REFUND " + id + " " + amount);
  if (amount > 100) throw new Error("too much");
  return "done " + amount;
} });
const refund_all = tool({ description: "All.", input: z.object({ amounts: z.array(z.number()) }), effect: "pure",
  run: async ({ amounts }, ctx) => (await Promise.all(amounts.map((amount) => ctx.call("refund", { id: "A", amount })))).join(),
});
export const pay = toolset({ refund, refund_all });
export const payout = tool({ description: "Pay out.", input: z.object({ amount: z.number() }), effect: "external",
  run: async ({ amount }) => { log("PAYOUT " + amount); return "paid " + amount; } });
`;
const FILES = { "main.worker": MAIN, "clerk.worker": CLERK, "tools.ts": TOOLS };
const CASSETTE = "cassettes/main/one.yaml";

const CASE = `
files: [main.worker, clerk.worker, tools.ts]
cases:
  - name: one
    input: Refund A1.
`;

const refund = (amount: number, id = "A1") => ({ tool: "refund", input: { id, amount } });

/** A model that calls these tools and then answers. */
const calling =
  (...calls: ModelSays): ModelServer["answer"] =>
  (asked) =>
    isToldResult(asked) ? ["Refunded."] : calls;

class RefundProject implements AsyncDisposable {
  readonly model: ModelServer;
  readonly #project = caseProject(FILES);

  constructor(model: ModelServer) {
    this.model = model;
  }

  static async with(...calls: ModelSays): Promise<RefundProject> {
    return new RefundProject(await modelServer(calling(...calls)));
  }

  get path(): string {
    return this.#project.path;
  }

  /** What the tools did to the world. */
  get log(): readonly string[] {
    const path = join(this.path, "log.txt");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  }

  get cassette(): string {
    return readFileSync(join(this.path, CASSETTE), "utf8");
  }

  get problems(): readonly string[] {
    return problems(join(this.path, CASSETTE));
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.path, files);
  }

  /** Changes a word of the prompt. */
  edit(word: string): void {
    this.write({ "main.worker": MAIN.replace("politely", word) });
  }

  async run(
    mode: "record" | "auto" | "replay",
    { cases = CASE, tools }: { cases?: string; tools?: "live" | "recorded" } = {},
  ) {
    const { host } = this.#project.settings;
    const env = this.model.env;
    const outcome = await this.#project.run(cases, { mode, tools, host: { ...host, env } });
    const text = failed(outcome).join("\n").replaceAll(`${this.path}/`, "");
    return { failures: text, outcome };
  }

  async [Symbol.asyncDispose]() {
    this.#project[Symbol.dispose]();
    await this.model[Symbol.asyncDispose]();
  }
}

describe("a first recording", () => {
  test("runs what the worker's own approvals allow, and says which tools ran", async () => {
    await using project = await RefundProject.with(refund(20), refund(30, "A2"));
    const { failures, outcome } = await project.run("record");
    expect([failures, project.log]).toEqual(["", ["REFUND A1 20", "REFUND A2 30"]]);
    expect(outcome.performed).toEqual([{ tool: "refund", times: 2 }]);
  });

  test("that is broken off does not do again what was done", async () => {
    await using project = await RefundProject.with(refund(20));
    project.model.answer = (asked) => (isToldResult(asked) ? undefined : [refund(20)]);
    expect((await project.run("record")).failures).toContain("one.yaml.recording");
    // The model fails even before the refund, and what the first attempt did is still known.
    project.model.answer = () => undefined;
    expect((await project.run("record")).failures).not.toBe("");
    project.model.answer = calling(refund(25));
    expect((await project.run("record")).failures).toMatch(/the call was not made.*20 is now 25/);
    project.model.answer = calling(refund(20));
    expect((await project.run("record")).failures).toBe("");
    expect(project.log).toEqual(["REFUND A1 20"]);
    expect(existsSync(join(project.path, `${CASSETTE}.unfinished`))).toBe(false);
    expect((await project.run("replay")).failures).toBe("");
  });

  test("with --tools recorded makes no call", async () => {
    await using project = await RefundProject.with(refund(20));
    const { failures } = await project.run("record", { tools: "recorded" });
    expect(failures).toMatch(/^cassette: Failed to record "refund": the call was not made/);
    expect(project.log).toEqual([]);
  });
});

describe.each(["auto", "record"] as const)("a recording anew (%s)", (mode) => {
  test.each<[name: string, calls: ModelSays]>([
    ["a call", [refund(20)]],
    ["parallel calls, two of them equal", [refund(20), refund(20), refund(30)]],
    ["a call that fails", [refund(200)]],
    ["calls by code", [{ tool: "refund_all", input: { amounts: [20, 30, 20] } }]],
    ["a call by another worker", [{ tool: "clerk", input: { input: "Refund." } }]],
  ])("answers %s from the old recording", async (_name, calls) => {
    await using project = await RefundProject.with();
    const answer: ModelServer["answer"] = (asked) => {
      if (isToldResult(asked)) return ["Refunded."];
      return asked.system.includes("clerk") ? [refund(20)] : calls;
    };
    project.model.answer = answer;
    expect((await project.run("record")).failures).toBe("");
    const { log } = project;
    expect(log.length).toBeGreaterThan(0);
    project.edit("kindly");
    const { failures, outcome } = await project.run(mode);
    expect([failures, project.log, outcome.performed]).toEqual(["", log, []]);
    expect(project.problems).toEqual([]);
    expect((await project.run("replay")).failures).toBe("");
  });

  test("does not make another call, and names the nearest one with what to say", async () => {
    await using project = await RefundProject.with(refund(20));
    await project.run("record");
    const before = project.cassette;
    project.edit("kindly");
    project.model.answer = calling(refund(25));
    const { failures } = await project.run(mode);
    expect(failures.split("\nThe cassette is unchanged")[0]).toBe(
      `cassette: Failed to record "refund": the call was not made, and no recording answers it: its input changed (20 is now 25)
  at ${CASSETTE}:${before.split("\n").findIndex((line) => line.startsWith("effect: ")) + 1}
  call: main/refund
  differs at: input.amount
    recorded: 20
    asked:    25
Try: say in the case what it answers: effects: { refund: { output: "done 20" } }
Try: or how it fails: effects: { refund: { error: "..." } }
Try: or let it happen: effects: { refund: live }
Try: or let all calls of this run happen: --tools live`,
    );
    expect([project.log, project.cassette]).toEqual([["REFUND A1 20"], before]);
  });

  test("does not make a call again that was recorded once and is made twice", async () => {
    await using project = await RefundProject.with(refund(20));
    await project.run("record");
    project.edit("kindly");
    project.model.answer = calling(refund(20), refund(20));
    const { failures } = await project.run(mode);
    expect(failures).toMatch(/it was recorded once and is called once more/);
    expect(project.log).toEqual(["REFUND A1 20"]);
  });

  test.each([
    ["{ output: done by hand }", "done by hand", "by: case\noutput: done by hand\n"],
    ["{ error: no money }", "no money", "by: case\nerror: no money\n"],
  ])("takes what the case says: %s", async (effect, told, recorded) => {
    await using project = await RefundProject.with(refund(20));
    await project.run("record");
    project.edit("kindly");
    project.model.answer = calling(refund(25));
    const cases = `${CASE}    effects: { refund: ${effect} }\n`;
    const { failures, outcome } = await project.run(mode, { cases });
    expect([failures, project.log]).toEqual(["", ["REFUND A1 20"]]);
    expect(outcome.run?.calls[0]?.output).toContain(told);
    expect(project.cassette).toContain(recorded);
    expect(project.problems).toEqual([]);
    expect((await project.run("replay")).failures).toBe("");
    expect((await project.run("replay", { cases })).failures).toBe("");
  });

  test("lets happen what the case or the command line says", async () => {
    await using project = await RefundProject.with(refund(20));
    await project.run("record");
    project.edit("kindly");
    project.model.answer = calling(refund(25));
    const cases = `${CASE}    effects: { refund: live }\n`;
    expect((await project.run(mode, { cases, tools: "recorded" })).failures).toContain("not made");
    const { failures, outcome } = await project.run(mode, { cases });
    expect([failures, outcome.performed]).toEqual(["", [{ tool: "refund", times: 1 }]]);
    project.edit("gladly");
    project.model.answer = calling(refund(35));
    expect((await project.run(mode, { tools: "live" })).failures).toBe("");
    expect(project.log).toEqual(["REFUND A1 20", "REFUND A1 25", "REFUND A1 35"]);
    expect((await project.run("replay")).failures).toBe("");
  });

  test("says how to go on where a rule hides the recorded result, and hides that of the case", async () => {
    await using project = await RefundProject.with(refund(20));
    project.write({ "llm-do.yaml": "redact: ['done \\d+']\n" });
    expect((await project.run("record")).failures).toBe("");
    project.edit("kindly");
    const { failures } = await project.run(mode);
    expect(failures).toContain('its request holds "<redacted>"');
    expect(failures).toContain(
      'Try: say in the case what it answers: effects: { refund: { output: "..." } }\n',
    );
    expect(failures).toMatch(/Try: or let it happen: effects: \{ refund: live \}, and record anew/);
    const cases = `${CASE}    effects: { refund: { output: done 20 } }\n`;
    expect((await project.run(mode, { cases })).failures).toBe("");
    expect(project.log).toEqual(["REFUND A1 20"]);
    expect(project.cassette).not.toContain("done 20");
    expect((await project.run("replay")).failures).toBe("");
  });

  test("does not let --tools live do what the case answers", async () => {
    await using project = await RefundProject.with(refund(20));
    const cases = `${CASE}    effects: { refund: { output: done } }\n`;
    expect((await project.run(mode, { cases, tools: "live" })).failures).toBe("");
    expect(project.log).toEqual([]);
  });

  test("answers an entry that is external itself", async () => {
    await using project = await RefundProject.with();
    const cases = `files: [tools.ts]\nentry: payout\ncases:\n  - { name: one, input: { amount: 1 } }\n`;
    expect((await project.run("record", { cases })).failures).toBe("");
    expect((await project.run(mode, { cases })).failures).toBe("");
    const other = await project.run(mode, { cases: cases.replace("amount: 1", "amount: 2") });
    expect(other.failures).toContain('Failed to record "payout": the call was not made');
    expect(project.log).toEqual(["PAYOUT 1"]);
  });

  test("draws further samples without doing anything again", async () => {
    await using project = await RefundProject.with(refund(20));
    await project.run("record");
    const cases = `${CASE}    samples: 3\n`;
    expect((await project.run(mode, { cases })).failures).toBe("");
    expect(project.log).toEqual(["REFUND A1 20"]);
    expect((await project.run("replay", { cases })).failures).toBe("");
  });
});

test.each(["auto", "record"] as const)(
  "what the case lets happen does not happen again after an attempt was broken off (%s)",
  async (mode) => {
    await using project = await RefundProject.with(refund(20));
    await project.run("record");
    project.edit("kindly");
    const cases = `${CASE}    effects: { refund: live }\n`;
    project.model.answer = (asked) => (isToldResult(asked) ? undefined : [refund(25)]);
    expect((await project.run(mode, { cases })).failures).toContain("no answer");
    project.model.answer = calling(refund(25));
    expect((await project.run(mode, { cases })).failures).toBe("");
    expect(project.log).toEqual(["REFUND A1 20", "REFUND A1 25"]);
    expect((await project.run("replay", { cases })).failures).toBe("");
  },
);

describe("effects of a case", () => {
  test.each([
    ["refnd: live", /there is no such function.*\n.*main\.cases\.yaml:6:16\nTry: write "refund"$/],
    ["clerk: live", /it is a worker/],
    ["refund_all: live", /its effect is pure/],
  ])("%s is an error", async (effect, message) => {
    await using project = await RefundProject.with(refund(20));
    const { failures } = await project.run("record", {
      cases: `${CASE}    effects: { ${effect} }\n`,
    });
    expect(failures).toMatch(message);
    expect(project.log).toEqual([]);
  });
});

test("a cassette that cannot be read answers no effect, and lets none happen", async () => {
  await using project = await RefundProject.with(refund(20));
  project.write({ [CASSETTE]: "cassette: 9\n---\nnew: things\n" });
  expect((await project.run("record")).failures).toContain("nothing is recorded for it");
  expect(project.log).toEqual([]);
});

test("what is recorded anew and did not change is the same file, but for what is drawn anew", async () => {
  await using project = await RefundProject.with(refund(20), refund(30));
  await project.run("record");
  const before = project.cassette;
  await project.run("record");
  const withoutDrawn = (text: string) =>
    text.replace(/toolu_\d+|Ms: \d+|(?:exchange|after): \w+/g, "");
  expect(withoutDrawn(project.cassette)).toBe(withoutDrawn(before));
  const again = project.cassette;
  await project.run("auto");
  expect(project.cassette).toBe(again);
});
