import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AnthropicServer, anthropicServer } from "../support/anthropic-server.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";

const worker = (rules: string) => `---
model: anthropic:claude-haiku-4-5
toolsets:
  shell:
    env: [GREETING]
    rules: [${rules}]
    default: { approval_required: true }
---
You work.
`;

/** A provider whose model runs one command and says what it was told. */
function running(command: string): Promise<AnthropicServer> {
  return anthropicServer((_body, index) =>
    index === 0
      ? { kind: "tool-call", name: "shell", input: { command } }
      : { kind: "text", text: "Done." },
  );
}

async function runWith(folder: string, command: string) {
  await using provider = await running(command);
  const env = { ...provider.env, GREETING: "hello", OTHER: "unseen" };
  const args = ["main.worker", "Go.", "--headless", "--no-keep"];
  const ended = await runCliHere(args, { cwd: folder, env });
  return { ...ended, told: JSON.stringify(provider.requests.at(-1)?.messages ?? []) };
}

test("the rule that a headless run prints admits the command that was asked, and no longer one", async () => {
  using folder = folderWith({ "main.worker": worker("") });
  const asked = await runWith(folder.path, "mkdir -p 'a b'");
  expect(asked.code).toBe(4);
  const [rule = ""] = /\{ pattern: .*, exact: true, .*? \}/.exec(asked.stderr) ?? [];
  expect(rule).toBe("{ pattern: \"mkdir -p 'a b'\", exact: true, approval_required: false }");
  writeFileSync(join(folder.path, "main.worker"), worker(rule));
  expect(await runWith(folder.path, "mkdir -p 'a b'")).toMatchObject({
    code: 0,
    stdout: "Done.\n",
  });
  expect(await runWith(folder.path, "mkdir -p 'a b' c")).toMatchObject({ code: 4 });
});

test("a program sees the variables that its worker names, and no others", async () => {
  const free = "{ pattern: env, approval_required: false }";
  using folder = folderWith({ "main.worker": worker(free) });
  const { code, told } = await runWith(folder.path, "env");
  expect(code).toBe(0);
  expect(told).toContain("GREETING=hello");
  expect(told).not.toMatch(/OTHER=|ANTHROPIC_/);
});
