import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HOSTILE as HOSTILE_SERVER } from "../mcp/mcp-project.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { HAS_TERMINAL, IN_TERMINAL, readable, runInTerminal } from "../support/terminal.ts";
import { vitestProject } from "../support/vitest-project.ts";

const HOSTILE =
  "\u001b[2J\u001b]52;c;cHduZWQ=\u0007\u001b]8;;http://evil\u0007\u009b1A\r\u202e\u2028x";
const SHOWN =
  "\\u{1b}[2J\\u{1b}]52;c;cHduZWQ=\\u{7}\\u{1b}]8;;http://evil\\u{7}\\u{9b}1A\\r\\u{202e}";

const worker = (toolsets: string) =>
  `---\nname: main\nmodel: anthropic:claude-haiku-4-5\ntoolsets: ${toolsets}\n---\nDo.\n`;
const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
export const tools = toolset({ boom: tool({ description: "n", input: z.any(), effect: "pure",
  run: async () => { throw new Error(${JSON.stringify(HOSTILE)}) } }) });
`;
const answers = [
  { tool_call: { name: "boom", input: {} } },
  { tool_call: { name: `no${HOSTILE}`, input: {} } },
  `answer ${HOSTILE}`,
];

describe.skipIf(!HAS_TERMINAL)(`what a model and a tool say ${IN_TERMINAL}`, () => {
  test.each([[], ["-v"], ["-vv"], ["-vv", "--debug"], ["--json"]])(
    "steers nothing with %s %s",
    (...flags) => {
      using folder = folderWith({
        "main.worker": worker("[tools]"),
        "tools.ts": TOOLS,
        "a.yaml": JSON.stringify(answers),
      });
      const args = [
        "main.worker",
        "tools.ts",
        "Go",
        "--script",
        "a.yaml",
        "--approve-all",
        ...flags,
      ];
      const { code, sent } = runInTerminal(args, { cwd: folder.path });
      expect(readable(sent)).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
      expect(sent).toContain("52;c;cHduZWQ=");
      expect(code).toBe(0);
    },
  );

  test("is the final answer with escapes; a pipe gets its bytes as they are", async () => {
    using folder = folderWith({
      "main.worker": worker("[]"),
      "a.yaml": JSON.stringify([HOSTILE]),
    });
    const args = ["main.worker", "Go", "--script", "a.yaml", "--no-keep"];
    expect(readable(runInTerminal(args, { cwd: folder.path }).sent)).toContain(
      `${SHOWN}\\u{2028}x`,
    );
    expect((await runCli(args, { cwd: folder.path })).stdout).toBe(`${HOSTILE}\n`);
  });

  test.each([
    ["setTimeout(() => Promise.reject(new Error(TEXT)), 1);", 1],
    ["setTimeout(() => { throw new Error(TEXT); }, 1);", 1],
    ["process.emitWarning(TEXT);", 0],
  ])("is shown with escapes where nothing waits for it: %s", (code, exitCode) => {
    using folder = folderWith({
      "e.ts": `import { tool } from "llm-do"; import { z } from "zod";
const TEXT = ${JSON.stringify(HOSTILE)};
export const main = tool({ description: "n", input: z.any(), effect: "pure", run: async () => {
  ${code}
  await new Promise((resolve) => setTimeout(resolve, 300)); } });`,
    });
    const ended = runInTerminal(["e.ts", "Go", "--no-keep"], { cwd: folder.path });
    expect(readable(ended.sent)).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    expect(ended.sent).toContain("\\u{1b}]52;c;");
    expect(ended.sent).not.toContain("    at "); // no stack
    expect(ended.code).toBe(exitCode);
  });

  test("is an error, or the name of a file, with escapes", () => {
    using folder = folderWith({
      "main.worker": worker("[]"),
      "e.ts": `import { tool } from "llm-do"; import { z } from "zod";
export const main = tool({ description: "n", input: z.any(), effect: "pure",
  run: async () => { throw new Error(${JSON.stringify(HOSTILE)}) } });`,
    });
    for (const args of [
      ["e.ts", "Go"],
      [`no${HOSTILE}.worker`, "Go"],
      ["check", `no${HOSTILE}.worker`],
      ["main.worker", "Go", "--entry", HOSTILE],
      ["cassette", "show", `no${HOSTILE}.yaml`],
    ]) {
      const { sent, code } = runInTerminal(args, { cwd: folder.path });
      expect(code).toBeGreaterThan(0);
      expect(readable(sent)).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
      expect(sent).toContain("\\u{1b}]52;c;");
    }
  });
});

describe.skipIf(!HAS_TERMINAL)(`what a server says ${IN_TERMINAL}`, () => {
  test.each([
    ["steers", 0],
    ["steers-errors", 1],
  ])("steers nothing as its %s", (way, exitCode) => {
    const mcp = JSON.stringify({ command: process.execPath, args: [HOSTILE_SERVER, way] });
    using folder = folderWith({
      "main.worker": worker(`{ mcp: ${mcp} }`),
      "a.yaml": JSON.stringify([{ tool_call: { name: "work", input: {} } }, "done"]),
    });
    const args = ["main.worker", "Go", "--script", "a.yaml", "--no-keep", "-v"];
    const { sent, code } = runInTerminal(args, { cwd: folder.path, answers: ["y"] });
    expect(code).toBe(exitCode);
    expect(sent).toContain("\\u{1b}[2J\\u{1b}]52;c;cHduZWQ=");
    expect(readable(sent)).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
  });
});

test.skipIf(!HAS_TERMINAL)(`what tests and cases say ${IN_TERMINAL} steers nothing`, () => {
  using project = vitestProject({
    "e.ts": `import { tool } from "llm-do"; import { z } from "zod";
export const main = tool({ description: "n", input: z.any(), effect: "pure", run: async () => ${JSON.stringify(HOSTILE)} });`,
    "a.cases.yaml": JSON.stringify({
      files: ["e.ts"],
      cases: [{ name: "a\u001b[2J", input: "Go", cassette: "none", expect: { output: "y" } }],
    }),
    "t.test.ts": `import { describe, expect, test } from "vitest";
test("t", () => { console.log(${JSON.stringify(HOSTILE)}); expect(${JSON.stringify(HOSTILE)}).toBe("c"); });
test("u", () => { throw new Error(${JSON.stringify(HOSTILE)}, { cause: new Error(${JSON.stringify(HOSTILE)}) }); });
describe(${JSON.stringify(HOSTILE)}, () => {
  test.each([[${JSON.stringify(HOSTILE)}]])("data %s", (text) => { console.error(text); expect(text).toBe("d"); });
  test("s", ({ skip }) => skip(${JSON.stringify(HOSTILE)}));
  test("o", () => { throw { [${JSON.stringify(HOSTILE)}]: 1 }; });
});`,
  });
  const { sent, code } = runInTerminal(["test"], { cwd: project.path });
  expect(code).toBe(1);
  expect(sent.match(/52;c;cHduZWQ=/g)?.length).toBeGreaterThan(5);
  // What the runner itself draws with: colours, its cursor, the part of the screen below it.
  const drawing = new RegExp(`${"\u001b"}\\[(?:\\?(?:25|2026)[hl]|[0-9;]*m|\\d*[AKJ])`, "g");
  const shown = readable(sent).replace(drawing, "");
  expect(shown).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
  expect(sent).not.toContain("\u001b[2J");
});

describe.skipIf(!HAS_TERMINAL)(`a question ${IN_TERMINAL}`, () => {
  const hidden = `git status${" ".repeat(2000)}--porcelain=HIDDEN`;
  const script = JSON.stringify([
    { tool_call: { name: "shell", input: { command: hidden } } },
    { tool_call: { name: "write_file", input: { path: "noㅤte.txt", content: "echo 'аdmin'\n" } } },
    "done",
  ]);
  const toolsets = "{ shell: { default: { approval_required: true } }, filesystem: {} }";

  test.each([20, 80])("of %d columns shows all that runs and is written", (columns) => {
    using folder = folderWith({ "main.worker": worker(toolsets), "a.yaml": script });
    const { sent, code } = runInTerminal(["main.worker", "Go", "--script", "a.yaml", "--no-keep"], {
      cwd: folder.path,
      answers: ["n", "n"],
      columns,
      env: { NO_COLOR: "1" },
    });
    expect(code).toBe(0);
    const whole = readable(sent)
      .replaceAll(/·\n *┊ /g, " ")
      .replaceAll(/\n *┊ /g, "");
    expect(whole).toContain("$ git status⟨2000 spaces⟩--porcelain=HIDDEN\n");
    expect(whole).toContain("timeout_seconds: 30\n");
    expect(whole).toContain("new file no\\u{3164}te.txt\n");
    expect(whole).toContain("+echo '\\u{430}dmin'\n");
  });

  test("is opened whole with v, page by page", () => {
    const body = Array.from({ length: 50 }, (_, n) => `line ${n}`).join("\n");
    const call = { tool_call: { name: "write_file", input: { path: "a.txt", content: body } } };
    using folder = folderWith({
      "main.worker": worker("{ filesystem: {} }"),
      "a.yaml": JSON.stringify([call, "done"]),
    });
    const { sent } = runInTerminal(["main.worker", "Go", "--script", "a.yaml", "--no-keep"], {
      cwd: folder.path,
      answers: ["v", "", "", "q", "n"],
      rows: 14,
    });
    expect(readable(sent)).toContain("-- lines 1 to 12 of 54; Enter: next, q: back -- ");
    expect(readable(sent)).toContain("-- lines 25 to 36 of 54; Enter: next, q: back -- ");
    expect(readable(sent).match(/Allow it\?/g)).toHaveLength(2);
  });

  test("shows what a call before it, of the same answer, has left to change", () => {
    const write = (content: string) => ({
      tool_call: { name: "write_file", input: { path: "par.txt", content } },
    });
    using folder = folderWith({
      "main.worker": worker("{ filesystem: {} }"),
      "a.yaml": JSON.stringify([[write("important\n"), write("only this\n")], "done"]),
    });
    const args = ["main.worker", "Go", "--script", "a.yaml", "--no-keep"];
    const { sent } = runInTerminal(args, { cwd: folder.path, answers: ["y", "n"] });
    const [, first, second] = readable(sent).split("main > write_file needs approval:\n");
    expect(first).toMatch(/^ {2}new file par\.txt\n {2}\+important\n/);
    expect(second).toMatch(
      /^ {2}change of par\.txt\n {2}@@ line 1\n {2}-important\n {2}\+only this\n/,
    );
    expect(readFileSync(join(folder.path, "par.txt"), "utf8")).toBe("important\n");
  });

  test("is asked again where a yes was given for another worker's files", () => {
    const sub = (folder: string) =>
      `---\nmodel: anthropic:claude-haiku-4-5\ndescription: d\ntoolsets: { filesystem: { base_path: ./${folder} } }\n---\nDo.\n`;
    const write = { name: "write_file", input: { path: "index.html", content: "v2" } };
    using folder = folderWith({
      "main.worker": worker("[draft, publish]"),
      "draft.worker": sub("drafts"),
      "publish.worker": sub("site"),
    });
    const calls = [
      { tool_call: { name: "draft", input: { input: "x" } } },
      { tool_call: write },
      "drafted",
      { tool_call: { name: "publish", input: { input: "x" } } },
      { tool_call: write },
      "published",
      "done",
    ];
    writeFileSync(join(folder.path, "a.yaml"), JSON.stringify(calls));
    const files = ["main.worker", "draft.worker", "publish.worker"];
    const args = [...files, "Go", "--script", "a.yaml", "--cassette", "c.yaml"];
    const { sent, code } = runInTerminal(args, { cwd: folder.path, answers: ["a", "y"] });
    expect(code).toBe(0);
    const shown = readable(sent);
    expect(shown.match(/Allow it\?/g)).toHaveLength(2);
    expect(shown).toContain("new file drafts/index.html\n");
    expect(shown).toContain("new file site/index.html\n");
    // What was recorded for the one is no answer for the other either.
    const replay = runInTerminal([...args, "--mode", "replay"], { cwd: folder.path });
    expect(readable(replay.sent)).toContain("decisions: served 2, live 0, missed 0, unused 0");
  });
});
