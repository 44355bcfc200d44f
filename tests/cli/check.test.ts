import { describe, expect, test } from "vitest";
import { EXIT } from "../../src/errors/codes.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
const wave = tool({ description: "Wave.", input: z.object({}), effect: "pure", run: () => 1 });
export const gestures = toolset({ wave });
`;

const good = {
  "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: [gestures]\n---\nGreet.\n",
  "tools.ts": TOOLS,
};

const bad = {
  "main.worker":
    "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: [gesturs]\nsettings: { seed: 1 }\n---\nGreet.\n",
  "helper.worker": "---\nmodle: test\n---\nHelp.\n",
  "tools.ts": `${TOOLS}const x = ;\n`,
};

async function check(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  using folder = folderWith(files);
  return await runCli(["check", ...args], { cwd: folder.path });
}

describe("llm-do check", () => {
  test("needs no key and says that nothing is wrong", async () => {
    expect(await check(good, "main.worker", "tools.ts")).toEqual({
      code: EXIT.done,
      stdout: "2 functions, nothing wrong\n",
      stderr: "",
    });
  });

  test("says everything that is wrong, by place, and what to do", async () => {
    const { code, stdout, stderr } = await check(bad, "main.worker", "helper.worker", "tools.ts");
    expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: "" });
    expect(stderr).toBe(`Failed to check "main.worker helper.worker tools.ts": 4 findings
  helper.worker:2:1: unknown key "modle"
    Try: write "model"
  main.worker:3:12: unknown toolset "gesturs"; known: filesystem, mcp, shell, workers
    Try: pass the code file that exports it, or the .worker file of that name
  main.worker:4:13: anthropic:claude-haiku-4-5: anthropic does not take settings.seed
    Try: remove settings.seed
  tools.ts:5: it has a syntax error: Expression expected
`);
  });

  test("--headless finds what a person would be asked for", async () => {
    const { code, stderr } = await check(good, "main.worker", "tools.ts", "--headless");
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('\n  main.worker:3:12: "wave" needs approval, and ');
  });

  test("--entry and --model stand for those of the run", async () => {
    const files = { "a.worker": "---\n---\nGreet.\n" };
    expect(await check(files, "a.worker", "--entry", "a", "--model", "test")).toMatchObject({
      code: 0,
    });
    expect(await check(files, "a.worker", "-e", "b")).toMatchObject({ code: EXIT.usage });
    const { stderr } = await check(files, "a.worker", "-m", "nobody:m");
    expect(stderr).toContain('\n  --model: nobody:m: there is no provider "nobody"\n');
  });

  test("--json says each finding on a line of its own, then the error", async () => {
    const { code, stderr } = await check(bad, "--json", "main.worker", "helper.worker", "tools.ts");
    const lines = stderr
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(code).toBe(EXIT.usage);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toEqual({
      kind: "finding",
      code: "worker",
      place: { file: "helper.worker", line: 2, column: 1 },
      problem: 'unknown key "modle"',
      tries: ['write "model"'],
    });
    expect(lines[4]).toMatchObject({ kind: "error", code: "project" });
  });

  test.each([
    ["no files", [], "missing required argument 'FILES'"],
    [
      "a flag of runs",
      ["main.worker", "--cassette", "c.yaml"],
      "llm-do check does not take --cassette",
    ],
    ["an unknown flag", ["main.worker", "--nonsense"], "unknown option '--nonsense'"],
  ])("refuses %s", async (_what, args, reason) => {
    const { code, stderr } = await check(good, ...args);
    expect({ code, line: stderr.split("\n")[0] }).toEqual({
      code: EXIT.usage,
      line: `Failed to read "command line": ${reason}`,
    });
  });
});
