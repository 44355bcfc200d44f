import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CassetteRules } from "../../src/cassette/rules/rules.ts";
import type { Answer } from "../../src/model/answer.ts";
import { userText } from "../../src/model/message.ts";
import { type AnthropicServer, anthropicServer, type Reply } from "../support/anthropic-server.ts";
import { failure, goingOn, question, record, saying, TestSession } from "../support/cassettes.ts";
import { repository, runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { temporaryFolder } from "../support/host.ts";

const FILES = {
  "package.json": `{ "type": "module" }`,
  "main.worker": `---
model: anthropic:claude-haiku-4-5
toolsets: { kit: { _approval_config: { send: { pre_approved: true }, note: { pre_approved: true } } } }
---
You are a clerk.
`,
  "tools.ts": `
import { appendFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
import { z } from "zod";
const input = z.object({ to: z.email(), account: z.number() });
const write = (what) => {
  if (process.env.DIE) process.kill(process.pid, "SIGKILL");
  appendFileSync(process.env.WORLD, what + "\\n");
  return "done";
};
export const kit = toolset({
  send: tool({ description: "Sends.", input, effect: "external", run: ({ to }) => write("mail to " + to) }),
  note: tool({ description: "Notes.", input, effect: "local", run: ({ to }) => write("noted " + to) }),
});
`,
  "llm-do.yaml": `redact:
  - { pattern: '[a-z.]+@[a-z.]+', replacement: <email> }
  - '\\b\\d{6}\\b'
`,
};

const to = { to: "ann@example.com", account: 123456 };

function project() {
  const folder = folderWith(FILES);
  mkdirSync(join(folder.path, "node_modules"));
  for (const [name, target] of [
    ["llm-do", repository],
    ["zod", join(repository, "node_modules/zod")],
  ] as const) {
    symlinkSync(target, join(folder.path, "node_modules", name));
  }
  return folder;
}

/** Runs the command line, with what its tools did to the world. */
async function go(path: string, server: AnthropicServer, { mode = "auto", die = "" } = {}) {
  const world = join(path, "world.log");
  const env = { ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: server.url, WORLD: world };
  const args = ["main.worker", "tools.ts", "Go.", "--cassette", "c.yaml", "--mode", mode];
  const result = await runCli(args, { cwd: path, env: die ? { ...env, DIE: die } : env });
  return { ...result, world: existsSync(world) ? readFileSync(world, "utf8") : "" };
}

describe("after a crash between an answer and the tool that it calls", () => {
  const calls = (name: string): Reply => ({ kind: "tool-call", name, input: to });

  test.each(["send", "note"])(
    "auto runs %s with no redacted value, and record runs it with the real one",
    async (tool) => {
      using folder = project();
      const replies: Reply[] = [calls(tool), calls(tool), { kind: "text", text: "Done." }];
      await using server = await anthropicServer(replies);
      const died = await go(folder.path, server, { die: "1" });
      expect(died).toMatchObject({ code: null, world: "" });
      expect(readFileSync(join(folder.path, "c.yaml"), "utf8")).toContain(
        "input: { to: redacted-email@example.invalid, account: 900009 }",
      );
      const resumed = await go(folder.path, server);
      expect(resumed).toMatchObject({ code: 3, world: "" });
      expect(resumed.stderr).toContain(
        `Failed to call "${tool}": its input holds "redacted-email@example.invalid", a redacted value from the recording`,
      );
      expect(resumed.stderr).toContain("the rule '[a-z.]+@[a-z.]+' hid");
      expect(resumed.stderr).toMatch(/at .*llm-do\.yaml:2:16\n/);
      expect(resumed.stderr).toMatch(/Try: record anew: .*--mode record/);
      expect(server.requests).toHaveLength(1);
      const anew = await go(folder.path, server, { mode: "record" });
      expect(anew).toMatchObject({ code: 0 });
      expect(anew.world).toContain("ann@example.com\n");
    },
    30_000,
  );
});

describe("a session that answers from the cassette", () => {
  const rules: CassetteRules = {
    redact: [
      { pattern: /[\w.]+@corp\.com/g, replacement: "<mail>" },
      { pattern: /\b\d{6}\b/g, replacement: "<acct>" },
    ],
    volatile: [],
  };
  const ask = question("Who is it?");
  const says = saying("Ask ada@corp.com of 123456.");

  async function recorded(answer: Answer, use: (session: TestSession) => Promise<void>) {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, answer]], { rules });
    const session = new TestSession({ path, mode: "auto", rules }, saying("Live."));
    await session.ask(ask);
    await use(session);
    session.close();
  }

  const kept = saying("Ask <mail> of <acct>.");

  test("asks no model of what it was given in the place of a hidden value", async () => {
    await recorded(says, async (session) => {
      const more = goingOn(ask, kept, userText("Go on."));
      const error = await failure(() => session.ask(more));
      expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3, what: "main" });
      expect(error.reason).toContain('its request holds "<mail>"');
      expect(session.asked).toEqual([]);
    });
  });

  test("nor another worker, to whom it is handed on", async () => {
    await recorded(says, async (session) => {
      const error = await failure(() => session.ask(question("Mail <mail>."), "main/mailer"));
      expect(error).toMatchObject({ code: "cassette-refused", what: "mailer" });
    });
  });

  test("goes on where nothing of it is asked", async () => {
    await recorded(says, async (session) => {
      await session.ask(question("Who is it not?"));
      expect(session.asked).toHaveLength(1);
    });
  });

  test("goes on where nothing was hidden", async () => {
    const plain = saying("Ask somebody.");
    await recorded(plain, async (session) => {
      await session.ask(goingOn(ask, plain, userText("Mail <mail> of 900009.")));
      expect(session.asked).toHaveLength(1);
    });
  });

  test("takes a placeholder that stood in the prompt first for a person's words", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const first = question("Write to <mail>.");
    const answer = saying("To <mail>: hello.");
    await record(path, [[first, answer]], { rules });
    const session = new TestSession({ path, mode: "auto", rules }, saying("Live."));
    await session.ask(first);
    await session.ask(goingOn(first, answer, userText("Once more.")));
    expect(session.asked).toHaveLength(1);
    session.close();
  });

  test.each([
    [{ account: 900009 }, "900009"],
    [{ "<mail>": 1 }, "<mail>"],
    [["as text 900009"], "900009"],
  ])("lets no effect happen with one: %j", async (input, shown) => {
    const calls = saying("", {
      parts: [{ kind: "tool-call", id: "1", name: "t", input: { "ada@corp.com": 123456 } }],
      stop: "tool-calls",
    });
    await recorded(calls, async ({ session }) => {
      const request = { tool: "t", input, effect: "external", callId: "main" } as const;
      const error = await failure(() =>
        session.effects.perform(request, () => expect.unreachable("it was performed")),
      );
      expect(error).toMatchObject({ code: "cassette-refused", what: "t" });
      expect(error.reason).toContain(JSON.stringify(shown));
    });
  });

  test("lets local effects happen in a replay and in the copy of a test", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, says]], { rules });
    for (const options of [{ mode: "replay" }, { mode: "auto", workFolder: "/copy" }] as const) {
      const session = new TestSession({ path, rules, ...options });
      await session.ask(ask);
      const request = { tool: "t", input: "<mail>", effect: "local", callId: "main" } as const;
      expect(await session.session.effects.perform(request, async () => "done")).toBe("done");
      session.close();
    }
  });

  test("never shows a pattern that is the secret itself", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const literal = {
      redact: [{ pattern: /hunter2\.secret/g, replacement: "<pw>" }],
      volatile: [],
    };
    await record(path, [[ask, saying("It is hunter2.secret")]], { rules: literal });
    const session = new TestSession({ path, mode: "auto", rules: literal });
    await session.ask(ask);
    const error = await failure(() => session.ask(goingOn(ask, saying("It is <pw>"))));
    expect(error.report()).not.toContain("hunter2");
    expect(error.report()).toContain('the rule for "<pw>"');
    session.close();
  });
});
