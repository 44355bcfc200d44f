import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DecisionQuestion, RecordedDecision } from "../../src/cassette/gates.ts";
import type { CassetteMode } from "../../src/cassette/state/session-state.ts";
import { formatSummary } from "../../src/cassette/state/summary-book.ts";
import { failure, problems, report, TestSession, textOf } from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const push: DecisionQuestion = {
  tool: "shell",
  input: { command: "git push", timeout_seconds: 30 },
  callId: "main/shell",
};
const allowed: RecordedDecision = { allowed: true, forSession: false, by: "person" };

type Said = Partial<RecordedDecision> & { readonly question?: DecisionQuestion };

/** A cassette with these decisions. */
function recorded(path: string, ...decisions: readonly Said[]): void {
  const session = new TestSession({ path, mode: "record" });
  for (const decision of decisions) say(session, decision);
  session.close();
}

function say({ session }: TestSession, { question = push, ...decision }: Said): void {
  session.decisions.record(question, { ...allowed, ...decision }, 12.4);
}

describe("a decision", () => {
  test("is an entry of its own that reads well", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {}, { allowed: false, reason: "not on a Friday" }, { forSession: true });
    expect(textOf(path)).toBe(`cassette: 1
---
decision: 662d8cf649c009ab
call: main/shell
tool: shell
input: { command: git push, timeout_seconds: 30 }
allowed: true
by: person
timing: { totalMs: 12 }
---
decision: 662d8cf649c009ab
call: main/shell
tool: shell
input: { command: git push, timeout_seconds: 30 }
allowed: false
reason: not on a Friday
by: person
timing: { totalMs: 12 }
---
decision: 662d8cf649c009ab
call: main/shell
tool: shell
input: { command: git push, timeout_seconds: 30 }
allowed: true
forSession: true
by: person
timing: { totalMs: 12 }
`);
    expect(problems(path)).toEqual([]);
  });

  test("is found in replay in the order in which it was made, each once", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {}, { allowed: false, reason: "not on a Friday" });
    const replay = new TestSession({ path });
    const { decisions } = replay.session;
    const same = { ...push, input: { timeout_seconds: 30, command: "git push" } };
    expect(decisions.find(same)).toEqual(allowed);
    expect(decisions.find(push)).toEqual({ ...allowed, allowed: false, reason: "not on a Friday" });
    expect(decisions.find(push)).toBeUndefined();
    expect(replay.close().decisions).toEqual({ served: 2, live: 0, missed: 0, unused: 0 });
  });

  test("of the asking call itself goes first", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const other = { ...push, callId: "main/shell#2" };
    recorded(path, { question: other, allowed: false, reason: "no" }, {});
    const { decisions } = new TestSession({ path }).session;
    expect(decisions.find(push)?.allowed).toBe(true);
    expect(decisions.find(other)?.allowed).toBe(false);
  });

  test.each([
    ["another tool", { ...push, tool: "bash" }],
    ["another input", { ...push, input: { command: "git push --force", timeout_seconds: 30 } }],
  ])("does not answer %s", (_what, question) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {});
    const replay = new TestSession({ path });
    expect(replay.session.decisions.find(question)).toBeUndefined();
    replay.session.decisions.miss();
    const summary = replay.close();
    expect(summary.decisions).toEqual({ served: 0, live: 0, missed: 1, unused: 1 });
    expect(formatSummary(summary)).toContain("decisions: served 0, live 0, missed 1, unused 1");
  });

  test("answers calls under its worker only", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const drafts: DecisionQuestion = { ...push, worker: "draft" };
    const publishes: DecisionQuestion = { ...push, worker: "publish" };
    recorded(path, { question: drafts });
    expect(textOf(path)).toContain("tool: shell\nworker: draft\n");
    expect(problems(path)).toEqual([]);
    const { decisions } = new TestSession({ path }).session;
    expect(decisions.find(publishes)).toBeUndefined();
    expect(decisions.find(push)).toBeUndefined();
    expect(decisions.find(drafts)).toEqual(allowed);
  });

  test("of before workers were written down answers any worker", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {});
    const { decisions } = new TestSession({ path }).session;
    expect(decisions.find({ ...push, worker: "publish" })).toEqual(allowed);
  });

  test("for the rest of a run answers equal calls of that run without one of their own", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const question: DecisionQuestion = { ...push, worker: "draft" };
    const third = { ...question, callId: "main/shell#3" };
    recorded(
      path,
      { question, forSession: true },
      { question: third, allowed: false, reason: "no" },
    );
    const { decisions } = new TestSession({ path }).session;
    const run = new Map();
    const second = { ...question, callId: "main/shell#2" };
    expect(decisions.find(second, new Map())?.forSession).toBe(true);
    const again = new TestSession({ path }).session.decisions;
    expect(again.find(question, run)?.allowed).toBe(true);
    expect(again.find(second, run)?.allowed).toBe(true);
    expect(again.find(third, run)?.allowed).toBe(false);
    expect(again.find({ ...second, worker: "publish" }, run)).toBeUndefined();
    expect(again.find(second, new Map())).toBeUndefined();
  });

  test.each<CassetteMode>(["auto", "record"])("is not found in %s, where calls run", (mode) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {});
    const session = new TestSession({ path, mode });
    expect(session.session.decisions.find(push)).toBeUndefined();
    session.close();
  });

  test("is not found in a replay whose tools are live", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {});
    const { decisions } = new TestSession({ path, tools: "live" }).session;
    expect(decisions.find(push)).toBeUndefined();
    const { decisions: others } = new TestSession({ path, tools: "recorded" }).session;
    expect(others.find(push)).toEqual(allowed);
  });

  test("that is on record is not recorded again in auto, a new one is", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {});
    const before = textOf(path);
    const auto = new TestSession({ path, mode: "auto" });
    say(auto, { by: "person" });
    expect(textOf(path)).toBe(before);
    say(auto, { question: { ...push, input: {} } });
    expect(auto.close().decisions).toEqual({ served: 0, live: 2, missed: 0, unused: 0 });
    expect(textOf(path).match(/^decision: /gm)).toHaveLength(2);
  });

  test("that comes when the session is over is not written", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const session = new TestSession({ path, mode: "record" });
    say(session, {});
    session.close();
    const before = textOf(path);
    say(session, { question: { ...push, input: {} } });
    expect(textOf(path)).toBe(before);
  });
});

describe("what is redacted", () => {
  const rules = {
    redact: [{ pattern: /user-\d+/, replacement: "<user>" }],
    volatile: [{ pattern: /\d{4}-\d\d-\d\d/, replacement: "<date>" }],
  };

  test("is so in the key, the input and the reason of a decision", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const about = (user: string, day: string) => ({ ...push, input: { to: user, on: day } });
    const session = new TestSession({ path, mode: "record", rules });
    const question = about("user-1", "2026-01-01");
    say(session, { question, allowed: false, reason: "user-1 left on 2026-01-01" });
    session.close();
    expect(textOf(path)).toContain('input: { to: "<user>", "on": "<date>" }\n');
    expect(textOf(path)).toContain('reason: "<user> left on 2026-01-01"\n');
    expect(problems(path, rules)).toEqual([]);
    const replay = new TestSession({ path, rules });
    expect(replay.session.decisions.find(about("user-2", "2027-02-02"))?.allowed).toBe(false);
  });

  test("does not help a secret: the write is refused", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const host = testHost({ env: { MAIL_PASSWORD: "correct-horse" } });
    const session = new TestSession({ path, mode: "record", host });
    const question = { ...push, input: { command: "login correct-horse" } };
    expect(await failure(() => say(session, { question }))).toMatchObject({
      code: "cassette-refused",
      exitCode: 3,
    });
    expect(() => textOf(path)).toThrow("ENOENT");
  });
});

describe("verify finds a decision", () => {
  test.each([
    [
      "with another tool",
      ["tool: shell", "tool: bash"],
      "does not fit its decision: it was edited",
    ],
    ["with another input", ["git push", "git pull"], "does not fit its decision: it was edited"],
    [
      "that says neither yes nor no",
      ["allowed: true", "allowed: maybe"],
      '"allowed" is not true or false',
    ],
    ["that nobody made", ["by: person\n", ""], '"by" is missing or not text'],
  ] as const)("%s", async (_what, [from, to], problem) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    recorded(path, {});
    writeFileSync(path, textOf(path).replace(from, to));
    expect(problems(path)).toEqual([expect.stringMatching(/^3: /)]);
    expect(problems(path)[0]).toContain(problem);
  });
});

test("a damaged decision is an error with its line in replay", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  recorded(path, {});
  writeFileSync(path, textOf(path).replace("allowed: true", "allowed: maybe"));
  const { decisions } = new TestSession({ path }).session;
  expect(await report(() => decisions.find(push), folder.path)).toContain(
    'is malformed: "allowed" is not true or false\n  at a.yaml:3',
  );
});
