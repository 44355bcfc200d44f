import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ApprovalNeeded } from "../../src/approval/needed.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import { loadProject } from "../../src/project/load-project.ts";
import { admissionsOf } from "../../src/toolsets/shell/judge-command.ts";
import { splitCommand } from "../../src/toolsets/shell/split-command.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { workerFile } from "../support/loading.ts";
import { aTool, aWorker, runEntry, writeFiles } from "../support/project.ts";
import { recordingProcesses, shellOf } from "../toolsets/shell-gate.ts";

/** Merges a rule into front matter as a person would: maps grow, lists get it first. */
function merged(before: Json | undefined, rule: Json): Json {
  if (Array.isArray(before) && Array.isArray(rule)) return [...rule, ...before];
  if (!isJsonObject(before) || !isJsonObject(rule)) return rule;
  const fields = Object.entries(rule).map(([key, value]) => [key, merged(before[key], value)]);
  return { ...before, ...Object.fromEntries(fields) };
}

/** The rule that a report shows, read back from its text. */
function shownRule(report = ""): JsonObject {
  const [, below = ""] = report.split(/the smallest rule that would admit it, in .*:\n/);
  return parse(below.split("\n  it admits ")[0] ?? "");
}

/** Runs a worker with these toolsets whose model makes one call. */
async function called(toolsets: JsonObject, name: string, input: JsonObject) {
  using folder = temporaryFolder();
  writeFiles(folder.path, {
    "main.worker": workerFile("model: test:model", `toolsets: ${JSON.stringify(toolsets)}`),
    "data/a.txt": "hello",
  });
  const processes = recordingProcesses();
  const host = testHost({ cwd: folder.path, processes });
  const { entry } = await loadProject({ files: ["main.worker"] }, host);
  const call = JSON.stringify({ tool_call: { name, input } });
  const ran = await runEntry(entry, { script: `- ${call}\n- Done.`, host });
  const decision = ran.events.find(({ kind }) => kind === "approval-decision");
  return { ...ran, decision, report: ran.error?.report() };
}

const shell = (config: JsonObject) => ({ shell: config });
const filesystem = (config: JsonObject) => ({ filesystem: config });
const read = { path: "a.txt" };
const write = { path: "b.txt", content: "new" };

describe("the smallest rule of a headless report admits the call when it is merged", () => {
  test.each<[string, JsonObject, string, JsonObject, string]>([
    [
      "a command that the default asks for",
      shell({ default: {} }),
      "shell",
      { command: "git push --tags" },
      "shell: { rules: [{ pattern: git push --tags, exact: true, approval_required: false }] }",
    ],
    [
      "a command that a rule asks for",
      shell({ rules: [{ pattern: "git push" }] }),
      "shell",
      { command: " git  push 'a b' " },
      "shell: { rules: [{ pattern: \"git  push 'a b'\", exact: true, approval_required: false }] }",
    ],
    [
      "a command that an argument makes asked for",
      shell({
        rules: [
          { pattern: "find", approval_required: false, approval_required_if_args: ["-delete"] },
        ],
      }),
      "shell",
      { command: "find . -name '*.tmp: {x}, #1\nb' -delete" },
      "shell: { rules: [{ pattern: \"find . -name '*.tmp: {x}, #1\\nb' -delete\", exact: true, approval_required: false }] }",
    ],
    [
      "a file to write",
      filesystem({ base_path: "data" }),
      "write_file",
      write,
      "filesystem: { write_approval: false }",
    ],
    [
      "a file to read",
      filesystem({ base_path: "data", read_approval: true }),
      "read_file",
      read,
      "filesystem: { read_approval: false }",
    ],
    [
      "a folder to list",
      filesystem({ base_path: "data", read_approval: true }),
      "list_files",
      {},
      "filesystem: { read_approval: false }",
    ],
    [
      "a file outside of the project, which no flag opens",
      filesystem({}),
      "read_file",
      { path: "/dev/null" },
      "filesystem: { _approval_config: { read_file: { pre_approved: true } } }",
    ],
  ])("%s", async (_what, toolsets, name, input, rule) => {
    const first = await called(toolsets, name, input);
    expect(first.error).toMatchObject({ code: "approval-needed", exitCode: 4 });
    expect(first.report).toContain(`:\n    toolsets:\n      ${rule}\n`);
    const shown = shownRule(first.report);
    expect(shown).toEqual(first.error && Reflect.get(first.error, "rule"));
    const after = merged(toolsets, shown["toolsets"] ?? {});
    if (!isJsonObject(after)) throw new Error("toolsets are a map");
    const second = await called(after, name, input);
    expect(second.report).toBeUndefined();
    expect(second.decision).toMatchObject({ allowed: true });
  });

  test.each(["git pull", "git push -f", "git", "git push ''"])("and not %j", async (command) => {
    const { report } = await called(shell({ default: {} }), "shell", { command: "git push" });
    const { shell: rules } = shownRule(report)["toolsets"] as { shell: JsonObject };
    const after = merged({ default: {} }, rules ?? {}) as JsonObject;
    const other = await called(shell(after), "shell", { command });
    expect(other.error?.code).toBe("approval-needed");
  });

  test("and a wider rule is shown below it, with what that admits", async () => {
    const { report, error } = await called(shell({ default: {} }), "shell", {
      command: "git push",
    });
    const wider = "shell: { rules: [{ pattern: git push, approval_required: false }] }";
    expect(report).toContain(
      [
        "  it admits this command and no other",
        "  or a wider one, which admits every command that begins with these words:",
        "    toolsets:",
        `      ${wider}`,
        "Try: ",
      ].join("\n"),
    );
    const toolsets = parse(wider);
    expect(error).toMatchObject({ widerRule: { toolsets } });
    const after = merged({ default: {} }, toolsets.shell) as JsonObject;
    const forced = await called(shell(after), "shell", { command: "git push -f" });
    expect(forced.error).toBeUndefined();
  });

  test.each<[string, JsonObject, string, JsonObject, string]>([
    [
      "of a flag for all files",
      filesystem({ base_path: "data" }),
      "write_file",
      write,
      "every file below the toolset's folder to be written",
    ],
    [
      "of a tool that is pre-approved",
      filesystem({}),
      "read_file",
      { path: "/dev/null" },
      "every call of read_file, whatever its input",
    ],
  ])("and what else it admits is said: %s", async (_what, toolsets, name, input, admits) => {
    const { report } = await called(toolsets, name, input);
    expect(report).toContain(`\n  it admits ${admits}\nTry: `);
  });
});

describe("the rule that is printed for a command", () => {
  const word = fc.oneof(
    fc.constantFrom("git", "push", "-f", "", "a b", "it's", '"', "yes", "null", "#", "~", "\u00a0"),
    fc.string({ unit: "grapheme", maxLength: 5 }),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  const quoted = fc.tuple(word, fc.constantFrom("'", '"', "\\")).map(([text, quote]) => {
    if (quote === "\\") return text.replace(/[^A-Za-z0-9]/gu, "\\$&") || "''";
    if (quote === '"') return `"${text.replace(/[$`"\\]/g, "\\$&")}"`;
    return `'${text.replaceAll("'", "'\\''")}'`;
  });
  const blank = fc.constantFrom(" ", "  ", "\t");
  const command = fc
    .tuple(fc.constantFrom("", " "), fc.array(fc.tuple(quoted, blank), { minLength: 1 }))
    .map(([before, words]) => before + words.flat().join(""))
    .filter((text) => splitCommand(text).kind === "words");
  const pattern = fc.oneof(command, fc.constantFrom("git", "git push", "''", "a"));
  const rule = fc.record(
    {
      pattern,
      exact: fc.boolean(),
      approval_required: fc.boolean(),
      approval_required_if_args: fc.array(fc.constantFrom("-f", "push", "a"), { maxLength: 2 }),
    },
    { requiredKeys: ["pattern"], noNullPrototype: true },
  );
  const config = fc.record(
    { rules: fc.array(rule, { maxLength: 3 }), default: fc.constant({ approval_required: true }) },
    { requiredKeys: ["default"], noNullPrototype: true },
  );
  const decide = (toolset: JsonObject, asked: string) =>
    shellOf(toolset, recordingProcesses()).approval({ command: asked });
  const wordsOf = (text: string) => {
    const split = splitCommand(text);
    return JSON.stringify(split.kind === "words" ? split.words : [text]);
  };

  /** What a headless run prints for a command, and its rule read back as a person pastes it. */
  function printed(asked: string, within: readonly string[]): JsonObject {
    const [{ config: admit, admits }] = admissionsOf(asked);
    const needed = new ApprovalNeeded({
      id: "main/shell#ask",
      tool: "shell",
      input: { command: asked },
      callId: "main/shell",
      chain: ["main"],
      worker: "main",
      workerFile: "main.worker",
      within,
      toolset: "shell",
      admit,
      admits,
    });
    const shown = shownRule(needed.report());
    expect(shown).toEqual(needed.rule);
    let inner = shown["toolsets"];
    for (const name of within)
      inner = (inner as Record<string, { toolsets: Json }>)[name]?.toolsets;
    return (inner as { shell: JsonObject }).shell;
  }

  test("admits that command, and changes nothing for any other", () => {
    let asking = 0;
    fc.assert(
      fc.property(
        config,
        command,
        fc.array(command, { minLength: 1, maxLength: 3 }),
        fc.subarray(["workers", "my-package#offer"]),
        (toolset, asked, others, within) => {
          if (decide(toolset, asked) !== "ask") return;
          asking++;
          const after = merged(toolset, printed(asked, within)) as JsonObject;
          expect(decide(after, asked)).toBe("allow");
          for (const other of [
            ...others,
            ...others.map((one) => `${asked} ${one}`),
            `${asked} ''`,
          ]) {
            if (wordsOf(other) === wordsOf(asked)) continue;
            expect(decide(after, other)).toEqual(decide(toolset, other));
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(asking).toBeGreaterThan(200);
  });
});

test("a credential in a command is not shown, and the report says so", async () => {
  const command = "curl https://ada:pa55word@host/a";
  const { report, error } = await called(shell({ default: {} }), "shell", { command });
  expect(report).toContain("curl https://<secret>@host/a");
  expect(report).toContain("no other; write the credential in the place of its mask\n");
  expect(report).not.toContain("pa55word");
  // A program that reads the error gets the rule as it has to be.
  expect(JSON.stringify(Reflect.get(error ?? {}, "rule"))).toContain("pa55word");
});

test("a rule for a list says that it goes first", async () => {
  const { report } = await called(shell({ default: {} }), "shell", { command: "git push" });
  expect(report).toContain("would admit it, in main.worker, first in its list:\n");
});

test("a tool whose advice fails is to be pre-approved", async () => {
  const send = aTool("send");
  const tool = {
    ...send.tool,
    admit: () => {
      throw new Error("no advice");
    },
  };
  const { error } = await runEntry(aWorker("main", { asks: [{ ...send, tool }] }), {
    script: "- tool_call: { name: send }\n- Done.",
  });
  expect(error?.report()).toContain(
    "tools: { _approval_config: { send: { pre_approved: true } } }",
  );
});

test("the parts of the report are fields of the error event", async () => {
  const inner = aWorker("inner", { asks: [aTool("send")] });
  const { events } = await runEntry(aWorker("main", { calls: [inner] }), {
    script:
      "- tool_call: { name: inner, input: { input: Mail. } }\n- tool_call: { name: send, input: { to: ada } }",
  });
  expect(events.find(({ kind }) => kind === "error")).toMatchObject({
    code: "approval-needed",
    tool: "send",
    input: { to: "ada" },
    chain: ["main", "inner"],
    file: "inner.worker",
    rule: { toolsets: { tools: { _approval_config: { send: { pre_approved: true } } } } },
  });
});

test("an error of another kind has no such fields", async () => {
  const { events } = await runEntry(aWorker("main"), {
    script: "- error: { status: 400, message: no }",
  });
  const error = events.find(({ kind }) => kind === "error");
  expect(Object.keys(error ?? {})).not.toContain("tool");
});
