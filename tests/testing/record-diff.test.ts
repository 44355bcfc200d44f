import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawingServer } from "../support/drawing-server.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";

const CASES = 10;

function casesOf(files: readonly string[]): string {
  const cases = Array.from(
    { length: CASES },
    (_, index) => `  - name: case ${index}\n    input: Question ${index}?\n`,
  );
  return `files: [${files.join(", ")}]\ncases:\n${cases.join("")}`;
}

function git(cwd: string, ...words: readonly string[]): string {
  const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  return execFileSync("git", [...author, ...words], { cwd, encoding: "utf8" });
}

function commit(path: string): void {
  git(path, "init", "--quiet");
  git(path, "add", "cassettes");
  git(path, "commit", "--quiet", "--message", "recordings");
}

async function record(project: VitestProject, env: Readonly<Record<string, string>>) {
  const words = ["test", "--mode", "record"].slice(1);
  const { code, stderr, stdout } = await project.test(words, {
    env: { ...env, LLM_DO_MODEL_REQUESTS: "on" },
  });
  expect(code, `${stderr}${stdout}`).toBe(0);
}

/** Lines of the diff that begin with a plus or a minus, a case. */
function changedLines(path: string): number {
  const lines = git(path, "diff", "--unified=0", "--", "cassettes").split("\n");
  return lines.filter((line) => /^[-+](?![-+]{2} )/.test(line)).length / CASES;
}

const worker = (text: string, more = "") =>
  `---\nmodel: anthropic:claude-haiku-4-5\n${more}---\n${text}\nAnswer in one line.\n`;

test("recording unchanged cases anew changes nothing, and a changed word few lines", {
  timeout: 120_000,
}, async () => {
  await using server = await drawingServer({ text: "The sea." });
  using project = vitestProject({
    "main.worker": worker("You know about the sea."),
    "main.cases.yaml": casesOf(["main.worker"]),
  });
  await record(project, server.env);
  commit(project.path);
  expect(readdirSync(join(project.path, "cassettes/main"))).toHaveLength(CASES);
  await record(project, server.env);
  expect(git(project.path, "diff", "--stat")).toBe("");
  project.write({ "main.worker": worker("You know about the moon.") });
  await record(project, server.env);
  // The line of the prompt, and the key.
  expect(changedLines(project.path)).toBe(4);
});

test("the same holds with a tool, whose later keys change as well", {
  timeout: 120_000,
}, async () => {
  await using server = await drawingServer({ text: "Three items.", input: { shelf: "a" } });
  const tool = "toolsets:\n  stock:\n    _approval_config:\n      list: { pre_approved: true }\n";
  using project = vitestProject({
    "main.worker": worker("You know about the sea.", tool),
    "tools.ts": `import { tool, toolset } from "llm-do";
import { z } from "zod";
const items = Array.from({ length: 5 }, (_, id) => ({ id, name: "item " + id, price: 9.5 }));
export const stock = toolset({
  list: tool({
    description: "List items.",
    input: z.object({ shelf: z.string() }),
    effect: "pure",
    run: () => ({ items }),
  }),
});
`,
    "main.cases.yaml": casesOf(["main.worker", "tools.ts"]),
  });
  await record(project, server.env);
  // The provider got its own ids back.
  const sent = JSON.stringify(server.bodies);
  for (const id of server.ids) expect(sent).toContain(`"tool_use_id":"${id}"`);
  commit(project.path);
  await record(project, server.env);
  expect(git(project.path, "diff", "--stat")).toBe("");
  project.write({ "main.worker": worker("You know about the moon.", tool) });
  await record(project, server.env);
  // The line of the prompt, two keys, and the key that the second exchange goes on from.
  expect(changedLines(project.path)).toBe(8);
});
