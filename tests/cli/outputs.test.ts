import { execFileSync } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { EXIT } from "../../src/errors/codes.ts";
import { isJsonObject, type JsonObject } from "../../src/model/json.ts";
import { repository, runCli } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";

const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
const wave = tool({
  description: "Wave.",
  input: z.object({ to: z.string() }),
  effect: "pure",
  run: ({ to }) => \`o/ \${to}\`,
});
export const gestures = toolset({ wave });
`;

const files = {
  "main.worker": "---\nmodel: test\ntoolsets: [gestures, helper]\n---\nYou greet people.\n",
  "helper.worker": "---\n---\nYou help.\n",
  "tools.ts": TOOLS,
  "answers.yaml": `- tool_call: { name: wave, input: { to: Ada } }
- text: |
    I waved.
    Twice.
  usage: { input_tokens: 40, output_tokens: 9 }
`,
};

const run = ["main.worker", "helper.worker", "tools.ts", "Hello.", "--script", "answers.yaml"];

function linesOf(stderr: string): readonly JsonObject[] {
  return stderr.split("\n").flatMap((line) => {
    if (line === "") return [];
    const value: unknown = JSON.parse(line);
    if (!isJsonObject(value)) throw new Error(`not an object: ${line}`);
    return [value];
  });
}

const ofKind = (lines: readonly JsonObject[], kind: string) =>
  lines.filter((line) => line["kind"] === kind);

describe("--json", () => {
  test("writes one object per line, from run-start to the summary", async () => {
    using folder = folderWith(files);
    const args = [...run, "--json", "--approve-all", "--cassette", "new.yaml"];
    const { code, stdout, stderr } = await runCli(args, { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "I waved.\nTwice.\n" });
    const lines = linesOf(stderr);
    const kinds = lines.map((line) => line["kind"]);
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual([
      "run-start",
      "call-start",
      "model-request",
      "model-response",
      "tool-call",
      "approval-request",
      "approval-decision",
      "call-start",
      "call-end",
      "tool-result",
      "model-request",
      "text-delta",
      "model-response",
      "call-end",
      "run-end",
      "summary",
    ]);
    expect(lines.at(-1)).toMatchObject({ summary: { exchanges: { live: 2, missed: 0 } } });
  });

  test.each([
    ["an error that ends a run", [...run, "--headless"], EXIT.approval],
    ["an error that keeps a run from starting", ["none.worker", "Hello."], EXIT.usage],
    ["an error of the command line", [...run, "--nonsense"], EXIT.usage],
    ["a miss", [...run.slice(0, 4), "--cassette", "c.yaml", "--mode", "replay"], EXIT.cassette],
  ])("says %s once", async (_what, args, expected) => {
    using folder = folderWith({ ...files, "c.yaml": "cassette: 1\n" });
    const { code, stdout, stderr } = await runCliHere([...args, "--json"], { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    const errors = ofKind(linesOf(stderr), "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      code: expect.any(String),
      message: expect.stringMatching(/^Failed to /),
      report: expect.stringContaining(String(errors[0]?.["message"])),
    });
  });

  test("tells the parts of what needed approval", async () => {
    using folder = folderWith(files);
    const { code, stderr } = await runCliHere([...run, "--json"], { cwd: folder.path });
    expect(code).toBe(EXIT.approval);
    expect(ofKind(linesOf(stderr), "error")).toMatchObject([
      {
        tool: "wave",
        input: { to: "Ada" },
        chain: ["main"],
        file: "main.worker",
        rule: { toolsets: { gestures: { _approval_config: { wave: { pre_approved: true } } } } },
      },
    ]);
  });

  test("with --debug adds a line with the stack", async () => {
    using folder = folderWith(files);
    const args = [...run, "--json", "--debug"];
    const { stderr } = await runCliHere(args, { cwd: folder.path });
    const lines = linesOf(stderr);
    expect(ofKind(lines, "error")).toHaveLength(1);
    expect(ofKind(lines, "stack")).toMatchObject([
      { stack: expect.stringMatching(/^ApprovalNeeded: Failed to call "wave"[\s\S]*\n {4}at /) },
    ]);
  });
});

describe("text on stderr", () => {
  test("is empty for a run that ends well without a cassette", async () => {
    using folder = folderWith(files);
    const result = await runCli([...run, "--approve-all"], { cwd: folder.path });
    expect(result).toEqual({ code: 0, stdout: "I waved.\nTwice.\n", stderr: "" });
  });

  test("names each call and answer with -v", async () => {
    using folder = folderWith(files);
    const { stderr } = await runCliHere([...run, "--approve-all", "-v"], { cwd: folder.path });
    expect(stderr).toBe(`main: {"input":"Hello."}
main: asks test (1 message)
main: test calls 1 tool (0 tokens, from a script)
main: wave is allowed by policy
  main/wave: {"to":"Ada"}
main: wave gave: o/ Ada
main: asks test (3 messages)
main: test answers (49 tokens, from a script)
`);
  });

  test("holds the answers as they come with -vv", async () => {
    using folder = folderWith({
      ...files,
      "answers.yaml": `- tool_call: { name: helper, input: { input: Help. } }
- { thinking: Let me see., text: "One.\\nTwo." }
- Done.
`,
    });
    const { stderr } = await runCliHere([...run, "-vv"], { cwd: folder.path });
    expect(stderr).toBe(`main: {"input":"Hello."}
main: asks test (1 message)
main: test calls 1 tool (0 tokens, from a script)
main: helper is allowed by rule
  main/helper: {"input":"Help."}
  main/helper: asks test (1 message)
  main/helper thinks: Let me see.
  main/helper: One.
  Two.
  main/helper: test answers (0 tokens, from a script)
main: helper gave that answer
main: asks test (3 messages)
main: Done.
main: test answers (0 tokens, from a script)
`);
  });

  test("has stack traces with --debug only", async () => {
    using folder = folderWith(files);
    const plain = await runCliHere(["none.worker", "Hello."], { cwd: folder.path });
    expect(plain.stderr).not.toContain("    at ");
    const { stderr } = await runCliHere(["none.worker", "Hello.", "--debug"], { cwd: folder.path });
    expect(stderr.startsWith(plain.stderr)).toBe(true);
    expect(stderr.slice(plain.stderr.length)).toMatch(/^LlmDoError: [\s\S]*\n {4}at /);
  });
});

describe("approvals", () => {
  test("--reject-all tells the model and goes on", async () => {
    using folder = folderWith(files);
    const args = [...run, "--reject-all", "-v"];
    const { code, stdout, stderr } = await runCliHere(args, { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "I waved.\nTwice.\n" });
    const reason = "this run rejects every call that needs approval";
    expect(stderr).toContain(`main: wave is denied by policy: ${reason}\n`);
    expect(stderr).toContain(`main: wave failed: ${reason}\n`);
    expect(stderr).not.toContain("main/wave: ");
  });
});

describe("input", () => {
  test("comes from standard input when no prompt is given", async () => {
    using folder = folderWith(files);
    const args = [...run.toSpliced(3, 1), "-v", "--reject-all"];
    const { code, stderr } = await runCliHere(args, { cwd: folder.path, stdin: "Grüß Ada.\n" });
    expect(code).toBe(0);
    expect(stderr).toContain('main: {"input":"Grüß Ada."}\n');
  });
});

describe("the result", () => {
  test("that cannot be written is an error", async () => {
    using folder = folderWith(files);
    const full = openSync("/dev/full", "w");
    const bin = resolve(repository, "dist/bin/llm-do.js");
    const failed = () =>
      execFileSync(process.execPath, [bin, ...run, "--reject-all"], {
        cwd: folder.path,
        stdio: ["ignore", full, "pipe"],
        encoding: "utf8",
      });
    expect(failed).toThrow(/Failed to write "stdout": ENOSPC/);
  });

  test("may be read in part", () => {
    using folder = folderWith(files);
    const bin = resolve(repository, "dist/bin/llm-do.js");
    const script = `set -o pipefail; "${process.execPath}" "${bin}" ${run.join(" ")} --reject-all | true`;
    const output = execFileSync("bash", ["-c", `(${script}) 2>&1`], {
      cwd: folder.path,
      encoding: "utf8",
    });
    expect(output).toBe("");
  });
});

describe("the command itself", () => {
  test("--version is the version of the package", async () => {
    const manifest: unknown = JSON.parse(readFileSync(resolve(repository, "package.json"), "utf8"));
    const { code, stdout, stderr } = await runCli(["--version"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(manifest).toMatchObject({ version: stdout.trim() });
  });

  test.each([[["--help"]], [["cassette", "--help"]], [["cassette", "verify", "--help"]]])(
    "%s goes to stdout",
    async (args) => {
      const { code, stdout, stderr } = await runCli(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: llm-do /);
    },
  );

  test("says what it needs on a Node that is too old", async () => {
    const old = "Object.defineProperty(process.versions,'node',{value:'20.11.0'})";
    const nodeFlags = ["--import", `data:text/javascript,${old}`];
    expect(await runCli(["--help"], { nodeFlags })).toEqual({
      code: EXIT.usage,
      stdout: "",
      stderr: "llm-do needs Node 22.18 or later; this is 20.11.0\n",
    });
  });
});

describe("cassette verify", () => {
  test("names each cassette when all are good", async () => {
    using folder = folderWith(files);
    const record = [...run, "--reject-all", "--cassette", "a.yaml"];
    expect(await runCliHere(record, { cwd: folder.path })).toMatchObject({ code: 0 });
    const result = await runCliHere(["cassette", "verify", "a.yaml"], { cwd: folder.path });
    expect(result).toEqual({ code: 0, stdout: "a.yaml: 3 entries, all fit\n", stderr: "" });
  });
});
