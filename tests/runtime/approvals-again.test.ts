import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import type { ApprovalRequest } from "../../src/approval/approval-request.ts";
import type { Asker } from "../../src/approval/decide.ts";
import { anthropicServer, type Reply } from "../support/anthropic-server.ts";
import { folderWith } from "../support/cli-project.ts";
import { testHost } from "../support/host.ts";

const WRITER = "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: { filesystem: {} }\n---\nDo.\n";
const write = (path: string, content: string): Reply => ({
  kind: "tool-call",
  name: "write_file",
  input: { path, content },
});
const done: Reply = { kind: "text", text: "done" };

/** An asker that does something before each answer, and keeps what it was asked. */
function asking(...answers: readonly ((request: ApprovalRequest) => "yes" | "no" | "always")[]) {
  const asked: ApprovalRequest[] = [];
  const ask: Asker = async (request) => {
    asked.push(request);
    const answer = answers[asked.length - 1]?.(request) ?? "no";
    if (answer === "no") return { kind: "deny", by: "person", reason: "no" };
    return { kind: "allow", by: "person", forSession: answer === "always" };
  };
  return { ask, asked };
}

async function runIn(
  cwd: string,
  replies: readonly Reply[],
  { approvals, ...options }: { approvals?: Asker } & Partial<Parameters<typeof run>[0]>,
) {
  await using server = await anthropicServer(replies);
  const host = testHost({ cwd, env: server.env });
  const files = [join(cwd, "main.worker")];
  const results: string[] = [];
  const report = await run({
    files,
    input: "Go",
    host,
    ...(approvals ? { approvals } : {}),
    onEvent: (event) => {
      if (event.kind === "tool-result") results.push(event.output);
    },
    ...options,
  });
  return { report, results, requests: server.requests.length };
}

describe("a call whose preview changes after it was allowed", () => {
  test("is asked about again, with what it would do now, and not done without a yes", async () => {
    using folder = folderWith({ "main.worker": WRITER });
    const file = join(folder.path, "a.txt");
    const { ask, asked } = asking(
      () => {
        writeFileSync(file, "somebody's\n"); // while the person thinks
        return "yes";
      },
      () => "no",
    );
    const { results } = await runIn(folder.path, [write("a.txt", "v2\n"), done], {
      approvals: ask,
    });
    expect(asked.map(({ preview, again }) => ({ preview, again }))).toEqual([
      { preview: { kind: "file-change", path: "a.txt", after: "v2\n" }, again: undefined },
      {
        preview: { kind: "file-change", path: "a.txt", before: "somebody's\n", after: "v2\n" },
        again: true,
      },
    ]);
    expect(results).toEqual(["no"]);
    expect(readFileSync(file, "utf8")).toBe("somebody's\n");
  });

  test("runs after a second yes; what did not change is asked about once", async () => {
    using folder = folderWith({ "main.worker": WRITER });
    const file = join(folder.path, "a.txt");
    const change = () => {
      writeFileSync(file, "somebody's\n");
      return "yes" as const;
    };
    const twice = asking(change, () => "yes");
    await runIn(folder.path, [write("a.txt", "v2\n"), done], { approvals: twice.ask });
    expect(twice.asked).toHaveLength(2);
    expect(readFileSync(file, "utf8")).toBe("v2\n");
    const once = asking(() => "yes");
    await runIn(folder.path, [write("b.txt", "x"), done], { approvals: once.ask });
    expect(once.asked).toHaveLength(1);
  });

  test("is asked about again after an answer for the session, too", async () => {
    using folder = folderWith({ "main.worker": WRITER });
    const same = write("a.txt", "v2\n");
    const { ask, asked } = asking(
      () => "always",
      () => "no",
    );
    const { results } = await runIn(folder.path, [same, same, done], { approvals: ask });
    // The first call made a new file, the second one would replace it.
    expect(asked.map(({ preview }) => preview)).toMatchObject([
      { kind: "file-change" },
      { kind: "file-change", before: "v2\n" },
    ]);
    expect(results).toEqual(["Wrote 3 characters to a.txt", "no"]);
  });

  test("of several calls at once is that of its turn", async () => {
    using folder = folderWith({
      "main.worker": WRITER,
      "a.yaml": JSON.stringify([
        [
          { tool_call: { name: "write_file", input: { path: "a", content: "one" } } },
          { tool_call: { name: "write_file", input: { path: "a", content: "two" } } },
        ],
        "done",
      ]),
    });
    const { ask, asked } = asking(
      () => "yes",
      () => "yes",
    );
    const script = join(folder.path, "a.yaml");
    await runIn(folder.path, [], { approvals: ask, script });
    expect(asked.map(({ preview }) => preview)).toEqual([
      { kind: "file-change", path: "a", after: "one" },
      { kind: "file-change", path: "a", before: "one", after: "two" },
    ]);
  });

  test("is recorded with its last answer, and replays as it was", async () => {
    using folder = folderWith({ "main.worker": WRITER });
    const file = join(folder.path, "a.txt");
    const { ask } = asking(
      () => {
        writeFileSync(file, "somebody's\n");
        return "yes";
      },
      () => "no",
    );
    const path = join(folder.path, "c.yaml");
    const cassette = { path, mode: "record" } as const;
    const replies = [write("a.txt", "v2\n"), done];
    const recorded = await runIn(folder.path, replies, { approvals: ask, cassette });
    expect(readFileSync(path, "utf8").match(/^decision: /gm)).toHaveLength(1);
    const replayed = await runIn(folder.path, [], { cassette: { path, mode: "replay" } });
    expect(replayed.results).toEqual(recorded.results);
    expect(replayed.report.summary?.decisions).toMatchObject({ served: 1, unused: 0, missed: 0 });
    expect(replayed.report.summary?.effects).toMatchObject({ unused: 0 });
    expect(readFileSync(file, "utf8")).toBe("somebody's\n");
  });

  test("is not looked at where a policy allows everything", async () => {
    using folder = folderWith({ "main.worker": WRITER });
    const same = write("a.txt", "x");
    const { results } = await runIn(folder.path, [same, same, done], {
      approvals: "approve-all" as never,
    });
    expect(results).toHaveLength(2);
  });

  test("an asker that changes what it was given changes nothing", async () => {
    using folder = folderWith({ "main.worker": WRITER });
    const { ask } = asking((request) => {
      Object.assign(request.input as object, { path: "b.txt" });
      Object.assign(request.preview ?? {}, { path: "b.txt" });
      return "always";
    });
    await runIn(folder.path, [write("a.txt", "x"), done], { approvals: ask });
    expect(existsSync(join(folder.path, "b.txt"))).toBe(false);
    expect(readFileSync(join(folder.path, "a.txt"), "utf8")).toBe("x");
  });
});

describe("files that a call of a worker attaches", () => {
  const files = {
    "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: [reader]\n---\nDo.\n",
    "reader.worker": "---\nmodel: anthropic:claude-haiku-4-5\ndescription: reads\n---\nRead.\n",
    "a.txt": "harmless",
  };
  const call: Reply = {
    kind: "tool-call",
    name: "reader",
    input: { input: "x", attachments: ["a.txt"] },
  };

  test("are asked about with the size and hash of what is sent, again where they change", async () => {
    using folder = folderWith(files);
    const { ask, asked } = asking(
      () => {
        writeFileSync(join(folder.path, "a.txt"), "secret!");
        return "yes";
      },
      () => "no",
    );
    const both = [join(folder.path, "main.worker"), join(folder.path, "reader.worker")];
    const { requests, results } = await runIn(folder.path, [call, done], {
      approvals: ask,
      files: both,
    });
    expect(asked.map(({ preview }) => preview)).toEqual([
      {
        kind: "files",
        files: [{ path: "a.txt", content: { bytes: 8, sha256: expect.any(String) } }],
      },
      {
        kind: "files",
        files: [{ path: "a.txt", content: { bytes: 7, sha256: expect.any(String) } }],
      },
    ]);
    expect(results).toEqual(["no"]);
    expect(requests).toBe(2); // the reader's model was not asked
  });
});
