import { describe, expect, test } from "vitest";
import type { ApprovalRequest, Preview } from "../approval/approval-request.ts";
import type { Output } from "../host/host.ts";
import { askPerson } from "./ask-person.ts";

const request: ApprovalRequest = {
  id: "main/send#ask",
  tool: "send",
  input: { to: "ada" },
  callId: "main/writer/send",
  chain: ["main", "writer"],
  worker: "writer",
  workerFile: "writer.worker",
  within: [],
  toolset: "mail",
};

function person(
  answers: readonly string[],
  asked: Partial<ApprovalRequest> = {},
  size: Pick<Output, "columns" | "rows"> = { columns: 80 },
) {
  const left = [...answers];
  let shown = "";
  const ask = askPerson({
    input: { isTerminal: true, readAll: async () => "", readLine: async () => left.shift() },
    output: {
      write: (text) => {
        shown += text;
      },
      isTerminal: true,
      ...size,
    },
    signal: new AbortController().signal,
  });
  const { signal } = new AbortController();
  return ask({ ...request, ...asked }, { signal }).then((decision) => ({
    decision,
    shown,
    left,
  }));
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

  test.each([
    ["server.read-file", "server.read-file"],
    ["writ\u0435_file", '"writ\\u{435}_file"'],
    ["delete > write_file", '"delete > write_file"'],
    ["a\u3164 needs approval:\n  x", '"a\\u{3164} needs approval:\\u{a}··x"'],
  ])("sees that a tool is called %j", async (tool, shownName) => {
    const { shown } = await person(["v", "y"], { tool });
    expect(shown.split(`main > writer > ${shownName} needs approval:\n`)).toHaveLength(4);
  });

  test.each([
    ["the question", ["never"]],
    ["a page", ["v"]],
  ])("is not waited for at %s once the question is withdrawn", async (_where, first) => {
    const answers = first.filter((line) => line !== "never");
    const withdrawn = new AbortController();
    let shown = "";
    let waits = 0;
    const readLine = (signal: AbortSignal) => {
      const line = answers.shift();
      if (line !== undefined) return Promise.resolve(line);
      waits++;
      queueMicrotask(() => withdrawn.abort("the run was cancelled"));
      return new Promise<undefined>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    };
    const ask = askPerson({
      input: { isTerminal: true, readAll: async () => "", readLine },
      output: {
        write: (text) => {
          shown += text;
        },
        isTerminal: true,
        columns: 40,
        rows: 5,
      },
      signal: new AbortController().signal,
    });
    const body = { body: "line\n".repeat(60) };
    const asking = ask({ ...request, input: body }, { signal: withdrawn.signal });
    await expect(asking).rejects.toBe("the run was cancelled");
    expect(waits).toBe(1);
    expect(shown.endsWith("\n")).toBe(true);
  });

  test("who has gone denies", async () => {
    const { decision, shown } = await person([]);
    expect(decision).toMatchObject({ kind: "deny", by: "person" });
    expect(shown).toMatch(/\): \n$/);
  });

  test("sees the chain of calls and the input", async () => {
    const { shown } = await person(["y"]);
    expect(shown).toContain('main > writer > send needs approval:\n  to: "ada"\n');
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
      "send needs approval:\n  the server changed this tool since it was approved:\n    description: Sends{+ all\\u{1b}[2K+}.\n  to: ",
    );
  });

  test("sees control characters as escapes, so that a model cannot paint the question over", async () => {
    const { shown } = await person(["y"], { input: { to: "\u001b[2K\rrm" } });
    expect(shown).not.toContain("\u001b");
    const command = { kind: "command", text: "ls\u001b[1A\u202e" } as const;
    expect((await person(["y"], { preview: command })).shown).toContain("ls\\u{1b}[1A\\u{202e}");
  });

  test("sees every field of the input, also where there is a preview", async () => {
    const preview: Preview = {
      kind: "command",
      text: `git status${" ".repeat(2000)}--porcelain=x`,
    };
    const input = { command: preview.text, timeout_seconds: 30 };
    const { shown } = await person(["y"], { preview, input });
    expect(shown).toContain(
      "  $ git status⟨2000 spaces⟩--porcelain=x\n  command: the command above\n  timeout_seconds: 30\n",
    );
    const before = { ...request, input: { subject: "Hi", body: "lorem ".repeat(500), to: "eve" } };
    expect((await person(["y"], before)).shown).toMatch(
      /… \d,\d{3} more characters, press v to view\n {2}to: "eve"\n/,
    );
  });

  test("sees all of each line that is written", async () => {
    const content = `echo hello${" ".repeat(600)}; rm -rf /hidden\n\tx  y`;
    const preview: Preview = {
      kind: "file-change",
      path: "a\u3164b",
      before: undefined,
      after: content,
    };
    const { shown } = await person(["y"], { preview, input: { path: "a\u3164b", content } });
    expect(shown).toContain(`  new file a\\u{3164}b
  +echo hello⟨600 spaces⟩; rm -rf /hidden
  +⇥x··y
  path: "a\\u{3164}b"
  content: 2 lines, without a line break at the end, as above
`);
  });

  test("sees a change with its lines and the whole content", async () => {
    const change = { kind: "file-change", path: "a", before: "x\n", after: "y" } as const;
    const { shown } = await person(["y"], { preview: change, input: { path: "a", content: "y" } });
    expect(shown).toContain(`  change of a
  @@ line 1
  -x
  +y
  \\ No newline at end of file
  path: "a"
  content: "y"
`);
  });

  test("is told at once of texts that differ too much to be compared", async () => {
    const lines = (sign: string) =>
      Array.from({ length: 9000 }, (_, n) => `${sign}${n}\n`).join("");
    const change = {
      kind: "file-change",
      path: "a",
      before: lines("a"),
      after: lines("b"),
    } as const;
    const startMs = performance.now();
    const { shown } = await person(["y"], { preview: change });
    expect(performance.now() - startMs).toBeLessThan(5000);
    expect(shown).toContain("(too much of it changes to compare the two)");
  });

  test("sees which files leave the machine", async () => {
    const content = { bytes: 12, sha256: "ab".repeat(32) };
    const files = [
      { path: "a.png", content },
      { path: "b.png", content: undefined },
    ];
    const { shown } = await person(["y"], { preview: { kind: "files", files } }, { columns: 200 });
    expect(shown).toContain(`  attaches a.png (12 bytes, SHA-256 ${content.sha256})\n`);
    expect(shown).toContain("  attaches b.png (cannot be read)\n");
  });

  test("is told that a call is asked about again", async () => {
    const { shown } = await person(["y"], { again: true });
    expect(shown).toContain(":\n  what this call does has changed since it was allowed\n  to:");
  });

  describe("who presses v", () => {
    const body = Array.from({ length: 60 }, (_, n) => `line ${n}\n`).join("");
    const size = { columns: 40, rows: 12 };

    test("sees the whole page by page, and is asked again", async () => {
      const { shown, decision, left } = await person(
        ["v", "", "", "", "", "", "", "y"],
        { input: { body } },
        size,
      );
      expect(decision).toMatchObject({ kind: "allow" });
      expect(left).toEqual([]);
      for (let n = 20; n < 60; n++) expect(shown).toContain(`│ line ${n}\n`);
      expect(shown).toContain("-- lines 1 to 10 of 62; Enter: next, q: back -- ");
      expect(shown.match(/Allow it\?/g)).toHaveLength(2);
    });

    test("goes back with q, and by the end of the input denies", async () => {
      const back = await person(["v", "q", "n"], { input: { body } }, size);
      expect(back.decision).toMatchObject({ kind: "deny", reason: "the person said no" });
      expect(back.shown).not.toContain("line 50");
      const gone = await person(["v"], { input: { body } }, size);
      expect(gone.decision).toMatchObject({ kind: "deny", reason: "nobody answered" });
    });
  });

  test("in a narrow terminal has rows that fit", async () => {
    const input = { command: "x".repeat(50), text: "a b\n".repeat(3), list: [{ a: [{ b: 1 }] }] };
    const { shown } = await person(["y"], { input }, { columns: 20 });
    const rows = shown.split("\n").slice(1, -1);
    for (const row of rows) expect(row.length).toBeLessThan(20);
  });

  test("of very many fields sees how many more there are", async () => {
    const input = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`f${n}`, n]));
    expect((await person(["y"], { input })).shown).toContain(
      "… 381 more lines, press v to view\nAllow it?",
    );
  });
});
