import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeHost } from "../../src/host/node-host.ts";
import { cassetteStatus } from "../../src/testing/status/cassette-status.ts";
import { CassetteUsers } from "../../src/testing/status/cassette-users.ts";
import { caseProject, failed } from "../support/cases.ts";
import { isToldResult, type ModelServer, modelServer } from "../support/model-server.ts";

const source = JSON.stringify(join(import.meta.dirname, "../../src/index.ts"));
const zod = JSON.stringify(import.meta.resolve("zod"));

const WORKER = `---
model: anthropic:claude-haiku-4-5
toolsets: { t: { _approval_config: { look: { pre_approved: true } } } }
---
Look.
`;

interface LookTool {
  /** The body of the tool's run. */
  readonly run: string;
  readonly effect?: "pure" | "local" | "external";
  readonly input?: string;
}

/** A project whose only tool is this one. */
function looking({ run, effect = "pure", input = "z.object({})" }: LookTool) {
  return {
    "main.worker": WORKER,
    "tools.ts": `
import { tool, toolset } from ${source};
import { z } from ${zod};
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
export const t = toolset({
  look: tool({ description: "Look.", input: ${input}, effect: ${JSON.stringify(effect)}, run: (input, ctx) => { ${run} } }),
});
`,
  };
}

const CASE = "files: [main.worker, tools.ts]\ncases:\n  - name: one\n    input: Go.\n";
const CASSETTE = "cassettes/main/one.yaml";

const callsLook: ModelServer["answer"] = (asked) =>
  isToldResult(asked) ? ["Seen."] : [{ tool: "look", input: {} }];

interface Told {
  readonly files: Readonly<Record<string, string>>;
  readonly cases?: string;
  readonly answer?: ModelServer["answer"];
}

/** Records the case of a project against a provider over HTTP; what it says when that fails. */
async function recorded({ files, cases = CASE, answer = callsLook }: Told) {
  await using model = await modelServer(answer);
  using project = caseProject(files);
  const { clock, random } = nodeHost();
  const host = { ...project.settings.host, env: model.env, clock, random };
  const outcome = await project.run(cases, { mode: "record", host });
  const told = failed(outcome).join("\n").replaceAll(`${project.path}/`, "");
  const isKept = existsSync(join(project.path, CASSETTE));
  const logPath = join(project.path, "log.txt");
  const log = existsSync(logPath) ? readFileSync(logPath, "utf8") : "";
  const replayed = isKept ? failed(await project.run(cases, { host })) : undefined;
  const cassette = join(project.path, CASSETTE);
  const users = new CassetteUsers({ ...host, cwd: project.path });
  const status = isKept ? await cassetteStatus(cassette, users.runsOf(cassette), host) : undefined;
  return { status, told, isKept, replayed, asked: model.asked.length, log };
}

describe("a recording with a text that is another one each time", () => {
  test.each([
    [
      "a date",
      "return new Date().toISOString().slice(0, 10);",
      /changed by a date only \("\d{4}-\d\d-\d\d" is now "\d{4}-\d\d-\d\d"\)/,
      /ctx\.now\(\)[\s\S]*volatile: \['\\d\{4\}-\\d\\d-\\d\\d'\]/,
    ],
    [
      "a date that Intl writes by itself",
      'return new Intl.DateTimeFormat("en").format();',
      /changed by a date only \("\d+\/\d+\/\d{4}" is now/,
      /ctx\.now\(\)/,
    ],
    [
      "a date in parts that Intl writes by itself",
      'return new Intl.DateTimeFormat("en").formatToParts().map(({ value }) => value).join("");',
      /changed by a date only \("\d+\/\d+\/\d{4}" is now/,
      /ctx\.now\(\)/,
    ],
    [
      "a timestamp",
      "return String(Date.now());",
      /changed by a timestamp only/,
      /ctx\.now\(\)[\s\S]*volatile: /,
    ],
    [
      "a local date",
      "return new Date().toLocaleDateString('en-US');",
      /changed by a date only/,
      /ctx\.now\(\)/,
    ],
    [
      "a weekday",
      "return new Date().toLocaleDateString('en', { weekday: 'long' });",
      /day" is now "[A-Z]\w+day"/,
      /ctx\.now\(\) and ctx\.random\(\)/,
    ],
    ["Date as a function", "return Date().slice(0, 15);", /changed/, /ctx\.now/],
    [
      "a random number",
      "return Math.random();",
      /changed by a random number only/,
      /ctx\.random\(\)[\s\S]*volatile: /,
    ],
    [
      "an id",
      "return crypto.randomUUID();",
      /changed by an id only/,
      /ctx\.random\(\)[\s\S]*volatile: /,
    ],
    [
      "a temporary path",
      "return mkdtempSync(tmpdir() + '/x-');",
      /changed by a temporary path only/,
      /volatile: /,
    ],
  ])("is refused and named: %s", async (_name, run, reason, advice) => {
    const { told, isKept } = await recorded({ files: looking({ run }) });
    const [first = "", ...lines] = told.split("\n");
    expect(first).toMatch(/^cassette: Failed to record "main": its recording cannot be replayed: /);
    expect(first).toContain('the output of the tool "look"');
    expect(first).toMatch(reason);
    expect(lines.join("\n")).toMatch(advice);
    expect(told).toContain(`what was recorded is in ${CASSETTE}.recording`);
    expect(isKept).toBe(false);
  });

  test.each([
    ["read by ctx.now()", looking({ run: "return new Date(ctx.now()).toISOString();" })],
    ["drawn by ctx.random()", looking({ run: "return ctx.random();" })],
    [
      "in the result of an external tool",
      looking({ run: "return Date.now();", effect: "external" }),
    ],
    [
      "that a rule replaces",
      {
        ...looking({ run: "return new Date().toISOString();" }),
        "llm-do.yaml": "volatile: ['\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z']\n",
      },
    ],
  ])("is kept where it is %s", async (_name, files) => {
    expect(await recorded({ files })).toMatchObject({ told: "", isKept: true, replayed: [] });
  });

  test("is refused where it is the output of the run alone", async () => {
    const code = (run: string) => `
import { tool } from ${source};
import { z } from ${zod};
export const main = tool({ description: "Main.", input: z.object({}), effect: "pure", run: async (_input, ctx) => { await ctx.call("help", "Go."); ${run} } });
`;
    const help = "---\nname: help\nmodel: anthropic:claude-haiku-4-5\n---\nHelp.\n";
    const cases = "files: [main.ts, help.worker]\ncases:\n  - { name: one, input: {} }\n";
    const run = "return new Date().toISOString().slice(0, 10);";
    const answer = () => ["Helped."];
    const files = { "main.ts": code(run), "help.worker": help };
    const { told, isKept } = await recorded({ files, cases, answer });
    expect(told).toMatch(/cannot be replayed: its output changed \("\d{4}-.*" is now "\d{4}-/);
    expect(told).toContain("ctx.now()");
    expect(isKept).toBe(false);
  });
});

describe("a recording with a placeholder", () => {
  const MAIL = "redact:\n  - { pattern: '[\\w.]+@example\\.com', replacement: <mail> }\n";
  const NUMBER = "redact:\n  - { pattern: '\\b\\d{6}\\b', replacement: <account> }\n";
  const sendsMail: ModelServer["answer"] = (asked) =>
    isToldResult(asked) ? ["Sent."] : [{ tool: "look", input: { to: "ada@example.com" } }];

  test("that fits what a schema reads is replayed", async () => {
    const tool = { run: 'return "sent";', input: "z.object({ to: z.email() })" };
    const files = { ...looking({ ...tool, effect: "external" }), "llm-do.yaml": MAIL };
    expect(await recorded({ files, answer: sendsMail })).toMatchObject({ told: "", replayed: [] });
  });

  test("that code reads is refused, and the placeholder and its rule are named", async () => {
    const run = "return input.to.toUpperCase();";
    const files = { ...looking({ run, input: "z.object({ to: z.string() })" }) };
    const { told, isKept } = await recorded({
      files: { ...files, "llm-do.yaml": MAIL },
      answer: sendsMail,
    });
    expect(told).toMatch(
      /cannot be replayed[\s\S]*\nTry: if code or a schema reads "redacted-mail@example\.invalid": .* the rule '\[\\w\.\]\+@example\\\.com' .*: replacement: TEXT\n/,
    );
    expect(told).not.toContain("ada@example.com");
    expect(isKept).toBe(false);
  });

  test.each([
    ["number", "{ type: number }", 123456, NUMBER, undefined],
    [
      "number in bounds",
      "{ type: integer, maximum: 200000 }",
      123456,
      NUMBER,
      'reads "900009": .*: number: NUMBER',
    ],
    [
      "text of a list",
      "{ enum: [ada@example.com] }",
      "ada@example.com",
      MAIL,
      'reads "redacted-mail@example.invalid": .*: replacement: TEXT',
    ],
  ])("that an output schema reads: %s", async (_name, schema, value, rule, refusal) => {
    const worker = `---\nmodel: anthropic:claude-haiku-4-5\noutput_schema: { type: object, properties: { it: ${schema} }, required: [it] }\n---\nExtract.\n`;
    const { told, isKept } = await recorded({
      files: { "main.worker": worker, "llm-do.yaml": rule },
      cases: "cases:\n  - { name: one, input: Go. }\n",
      answer: () => [JSON.stringify({ it: value })],
    });
    expect(told).toMatch(refusal === undefined ? /^$/ : new RegExp(refusal));
    expect(isKept).toBe(refusal === undefined);
  });
});

describe("the replay of a recording", () => {
  const logs = "appendFileSync(import.meta.dirname + '/log.txt', 'x'); return 'done';";

  test.each(["external", "local"] as const)("does not run a tool again: %s", async (effect) => {
    const { told, log } = await recorded({ files: looking({ run: logs, effect }) });
    expect([told, log]).toEqual(["", "x"]);
  });

  test("runs tools without effects again, and no external one whatever the case says", async () => {
    expect((await recorded({ files: looking({ run: logs }) })).log).toBe("xx");
    const cases = `${CASE}    tools: live\n`;
    const files = looking({ run: logs, effect: "external" });
    expect(await recorded({ files, cases })).toMatchObject({ told: "", log: "x" });
  });

  test("works in a fresh copy of the workspace", async () => {
    const run =
      "appendFileSync(ctx.cwd + '/in.txt', 'x'); return readFileSync(ctx.cwd + '/in.txt', 'utf8');";
    const files = { ...looking({ run, effect: "local" }), "given/in.txt": "in" };
    const cases = `${CASE}    workspace: given\n`;
    expect(await recorded({ files, cases })).toMatchObject({ told: "", replayed: [] });
  });

  test("does not come to what happened within an external tool", async () => {
    const run = 'return ctx.call("help", { input: "at " + ctx.now() + ctx.random() });';
    const files = {
      ...looking({ run, effect: "external" }),
      "help.worker": "---\nname: help\nmodel: anthropic:claude-haiku-4-5\n---\nHelp.\n",
    };
    const cases = CASE.replace("tools.ts]", "tools.ts, help.worker]").concat(
      "    approvals: approve-all\n",
    );
    const answer: ModelServer["answer"] = (asked) =>
      String(JSON.stringify(asked.system)).includes("Help") ? ["Helped."] : callsLook(asked, 0);
    const { told, replayed, status } = await recorded({ files, cases, answer });
    expect([told, replayed]).toEqual(["", []]);
    expect(status).toMatchObject({ state: "fresh", unused: [] });
  });

  test("is made of every sample", async () => {
    const run = "globalThis.looked = (globalThis.looked ?? 0) + 1; return globalThis.looked === 4;";
    const cases = `${CASE}    samples: 2\n`;
    // The fourth look is that of the second sample's replay.
    const { told } = await recorded({ files: looking({ run }), cases });
    expect(told).toMatch(/cannot be replayed.*"false" is now "true"/);
  });

  test("asks no model, and leaves the clock as it was", async () => {
    const real = globalThis.Date;
    const { prototype } = Intl.DateTimeFormat;
    const format = Object.getOwnPropertyDescriptors(prototype);
    const { asked } = await recorded({ files: looking({ run: "return 1;" }) });
    expect(asked).toBe(2);
    expect(globalThis.Date).toBe(real);
    expect(Object.getOwnPropertyDescriptors(prototype)).toEqual(format);
  });
});
