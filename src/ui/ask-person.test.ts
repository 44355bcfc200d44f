import { describe, expect, test } from "vitest";
import type { ApprovalRequest } from "../approval/approval-request.ts";
import { askPerson } from "./ask-person.ts";

const request: ApprovalRequest = {
  tool: "send",
  input: { to: "ada" },
  callId: "main/writer/send",
  chain: ["main", "writer"],
  worker: "writer",
  workerFile: "writer.worker",
  within: [],
  toolset: "mail",
};

function person(answers: readonly string[], asked: Partial<ApprovalRequest> = {}) {
  const left = [...answers];
  let shown = "";
  const ask = askPerson({
    input: { isTerminal: true, readAll: async () => "", readLine: async () => left.shift() },
    output: {
      write: (text) => {
        shown += text;
      },
      isTerminal: true,
      columns: 80,
    },
    signal: new AbortController().signal,
  });
  return ask({ ...request, ...asked }).then((decision) => ({ decision, shown, left }));
}

describe("a person at a terminal", () => {
  test.each([
    ["y", { kind: "allow", by: "person" }],
    ["YES", { kind: "allow", by: "person" }],
    ["a", { kind: "allow", by: "person", forSession: true }],
    ["n", { kind: "deny", by: "person", reason: "the person said no" }],
    ["n not on a Sunday", { kind: "deny", by: "person", reason: "not on a Sunday" }],
  ])("answers %s", async (answer, decision) => {
    expect((await person([answer])).decision).toEqual(decision);
  });

  test("is asked again after anything else", async () => {
    const { decision, shown } = await person(["", "maybe", "yes please", "y"]);
    expect(decision.kind).toBe("allow");
    expect(shown.match(/Allow it\?/g)).toHaveLength(4);
  });

  test("who has gone denies", async () => {
    const { decision, shown } = await person([]);
    expect(decision).toMatchObject({ kind: "deny", by: "person" });
    expect(shown).toMatch(/\): \n$/);
  });

  test("sees the chain of calls and the input", async () => {
    const { shown } = await person(["y"]);
    expect(shown).toContain('main > writer > send needs approval:\n  {"to":"ada"}\n');
  });

  test("sees a command as it will run", async () => {
    const { shown } = await person(["y"], { preview: { kind: "command", text: "git log -3" } });
    expect(shown).toContain("  $ git log -3\n");
  });

  test("sees a change of a file as a diff", async () => {
    const change = { kind: "file-change", path: "a.txt", before: "one\ntwo\n", after: "one\n2\n" };
    const { shown } = await person(["y"], {
      preview: change as ApprovalRequest["preview"] & object,
    });
    expect(shown).toContain("change of a.txt\n  @@ line 1\n   one\n  -two\n  +2\n");
  });

  test("sees what a server changed about the tool, before what it is called with", async () => {
    const before = { description: "Sends.", inputSchema: "{}" };
    const after = { description: "Sends all\u001b[2K.", inputSchema: "{}" };
    const lines = ["description: Sends{+ all\u001b[2K+}."];
    const { shown } = await person(["y"], { change: { before, after, lines } });
    expect(shown).toContain(
      "send needs approval:\n  the server changed this tool since it was approved:\n    description: Sends{+ all\\u{1b}[2K+}.\n  {",
    );
  });

  test("sees control characters as escapes, so that a model cannot paint the question over", async () => {
    const { shown } = await person(["y"], { input: { to: "\u001b[2K\rrm" } });
    expect(shown).not.toContain("\u001b");
    const command = { kind: "command", text: "ls\u001b[1A\u202e" } as const;
    expect((await person(["y"], { preview: command })).shown).toContain("ls\\u{1b}[1A\\u{202e}");
  });
});
