import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type AnthropicServer, anthropicServer, type Reply } from "../support/anthropic-server.ts";
import { type CliResult, runNode } from "../support/cli.ts";
import { packedProject } from "../support/installed-project.ts";

const CLERK = `---
model: anthropic:claude-haiku-4-5
toolsets: { desk: {} }
---
You file reports. Answer politely, and save each report once.
`;

/** Its entry puts today's date into the prompt; what it saves goes to a place outside of the project. */
const TOOLS = `import { appendFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
import { z } from "zod";

export const desk = toolset({
  save_report: tool({
    description: "Save a report where the company keeps them.",
    input: z.object({ title: z.string(), to: z.string() }),
    effect: "external",
    approval: "ask",
    run: ({ title, to }) => {
      appendFileSync(process.env["REPORTS"]!, title + " for " + to + "\\n");
      return { saved: true, title };
    },
  }),
});

export const entry = toolset({
  file_report: tool({
    description: "File today's report.",
    input: z.object({ input: z.string() }),
    effect: "pure",
    run: ({ input }, ctx) =>
      ctx.call("clerk", { input: "Today is " + new Date(ctx.now()).toISOString() + ". " + input }),
  }),
});
`;

const RULES = `redact:
  - { pattern: '[a-z.]+@acme[.]example', replacement: '<customer>' }
`;

/** One run of the model: it saves the report, then says that it did. */
const FILED: readonly Reply[] = [
  {
    kind: "tool-call",
    name: "save_report",
    input: { title: "Tides", to: "ann.lee@acme.example" },
  },
  { kind: "text", text: "The report on tides is filed for ann.lee@acme.example." },
];

test("a run becomes a test, an edit makes it stale, and a new recording is a diff of a few lines", async () => {
  const project = packedProject({
    "package.json": '{ "name": "reports", "private": true, "type": "module" }\n',
    ".gitignore": "node_modules/\n.llm-do/\nreports.log\n",
    "clerk.worker": CLERK,
    "tools.ts": TOOLS,
    "llm-do.yaml": RULES,
  });
  onTestFinished(() => project[Symbol.dispose]());
  const model = await anthropicServer([...FILED, ...FILED]);
  onTestFinished(() => model.close());
  const at = (name: string) => join(project.path, name);
  const log = () => (existsSync(at("reports.log")) ? readFileSync(at("reports.log"), "utf8") : "");
  const git = (...words: string[]) => inGit(project.path, words);
  const llmDo = (words: readonly string[], env: Env = {}) =>
    runLlmDo(project.path, words, { REPORTS: at("reports.log"), ...env });

  const files = ["clerk.worker", "tools.ts"];
  const input = "File the report on tides for ann.lee@acme.example.";
  const run = await llmDo(
    [...files, "--entry", "file_report", input, "--approve-all"],
    live(model),
  );
  expect(run, run.stderr).toMatchObject({ code: 0 });
  expect(run.stdout).toContain("filed for ann.lee@acme.example");
  expect(log()).toBe("Tides for ann.lee@acme.example\n");

  const added = await llmDo(["test", "--add", "last", "--name", "files a report"]);
  expect(added, added.stderr).toMatchObject({ code: 0 });
  const cases = readFileSync(at("tools.cases.yaml"), "utf8");
  expect(cases).toContain("save_report: allow");
  const cassette = "cassettes/tools/files-a-report.yaml";
  expect(readFileSync(at(cassette), "utf8")).not.toContain("ann.lee");
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "files reports");

  const green = await llmDo(["test"], { CI: "1" });
  expect(green, green.stdout + green.stderr).toMatchObject({ code: 0 });

  writeFileSync(at("clerk.worker"), CLERK.replace("politely", "kindly"));
  const stale = await llmDo(["test"], { CI: "1" });
  expect(stale.code).toBe(3);
  expect(causes(stale)).toEqual([expect.stringMatching(/clerk.*politely.*kindly.*1 case/)]);

  const auto = await llmDo(["test", "--mode", "auto"], live(model));
  expect(auto, auto.stdout + auto.stderr).toMatchObject({ code: 0 });
  expect(model.requests).toHaveLength(FILED.length * 2);
  // The report was saved once: what is recorded again asks the model, not the world.
  expect(log()).toBe("Tides for ann.lee@acme.example\n");
  expect(git("diff", "--name-only").trim().split("\n").sort()).toEqual([cassette, "clerk.worker"]);
  expect(git("ls-files", "--others", "--exclude-standard")).toBe("");
  const [addedLines, removedLines] = git("diff", "--numstat", "--", cassette).split("\t");
  expect(Number(addedLines)).toBeLessThanOrEqual(5);
  expect(addedLines, git("diff", "--", cassette)).toBe(removedLines);
  git("commit", "--quiet", "--all", "--message", "more kindly");

  const ci = await llmDo(["test"], { CI: "1" });
  expect(ci, ci.stdout + ci.stderr).toMatchObject({ code: 0 });
  expect(git("status", "--porcelain")).toBe("");
}, 180_000);

type Env = Readonly<Record<string, string>>;

function live({ url }: AnthropicServer): Env {
  return { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "none" };
}

function runLlmDo(cwd: string, words: readonly string[], env: Env): Promise<CliResult> {
  const bin = join(cwd, "node_modules/llm-do/dist/bin/llm-do.js");
  return runNode([bin, ...words], { cwd, env: { NO_COLOR: "1", ...env } });
}

function inGit(cwd: string, words: readonly string[]): string {
  const author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
  return execFileSync("git", [...author, ...words], { cwd, encoding: "utf8" });
}

/** The lines that group failures by what caused them. */
function causes({ stdout, stderr }: CliResult): readonly string[] {
  return `${stdout}\n${stderr}`.split("\n").filter((line) => /is now .*case/.test(line));
}
