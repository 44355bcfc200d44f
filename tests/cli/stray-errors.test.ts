import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

/** A tool whose code throws where nothing waits for it, and one that is under way meanwhile. */
const TOOLS = `import { appendFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
import { z } from "zod";
const none = z.object({});
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const tools = toolset({
  both: tool({ description: "n", input: none, effect: "pure", run: async (_input, ctx) => {
    setTimeout(() => Promise.reject(new Error("nobody waits")), 100);
    await Promise.all([ctx.call("pay", {}), wait(5000)]);
    return "both";
  } }),
  pay: tool({ description: "n", input: none, effect: "external", run: async () => {
    appendFileSync("paid.txt", "x");
    await wait(500);
    return "paid";
  } }),
});
`;
const WORKER = "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: [tools]\n---\nDo.\n";

describe("an error that nothing waits for", () => {
  test("ends a run when its effects are recorded, and is told with its place", async () => {
    using folder = folderWith({ "main.worker": WORKER, "tools.ts": TOOLS });
    await using provider = await anthropicServer([{ kind: "tool-call", name: "both", input: {} }]);
    const args = ["main.worker", "tools.ts", "Go", "--cassette", "c.yaml", "--approve-all"];
    const { code, stderr } = await runCli(args, { cwd: folder.path, env: provider.env });
    expect(stderr).toContain(
      'Failed to run "llm-do": code that nothing waits for threw: nobody waits\n  at ',
    );
    expect(stderr).toMatch(/tools\.ts:8:\d+\nTry: await /);
    expect(stderr).not.toMatch(/ {4}at |interrupted/);
    expect(code).toBe(1);
    expect(readFileSync(join(folder.path, "paid.txt"), "utf8")).toBe("x");
    expect(readFileSync(join(folder.path, "c.yaml"), "utf8")).toContain("output: paid");
    expect(existsSync(join(folder.path, "c.yaml.lock"))).toBe(false);
  });

  test.each([
    ["while a command loads it", "check", 'Promise.reject("a text");', "a text"],
    ["when a run is over", "", "setTimeout(() => { throw new Error('late'); }, 600);", "late"],
  ])("is told %s, with exit code 1", async (_when, command, code, message) => {
    const file = `import { tool } from "llm-do"; import { z } from "zod";
${command === "check" ? code : ""}
export const main = tool({ description: "n", input: z.any(), effect: "pure",
  run: async () => { ${command === "check" ? "" : code} return "done"; } });`;
    using folder = folderWith({ "e.ts": file });
    const args = command === "check" ? ["check", "e.ts"] : ["e.ts", "Go", "--no-keep"];
    const ended = await runCli(args, { cwd: folder.path });
    expect(ended.stderr).toContain(`code that nothing waits for threw: ${message}\n`);
    expect(ended.code).toBe(1);
  });
});
