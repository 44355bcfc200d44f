import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { anthropicServer } from "../support/anthropic-server.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

const WORKER = `---
model: anthropic:claude-haiku-4-5
---
You greet people in one plain sentence.
`;

/** The runner starts processes of its own, which takes its time where a machine has other work. */
const TIMEOUT_MS = 120_000;

test("a worker, one run of it and one command are a test, which names the word that changes", {
  timeout: TIMEOUT_MS,
}, async () => {
  using folder = folderWith({ "main.worker": WORKER });
  const server = await anthropicServer([{ kind: "text", text: "Good morning, Ada." }]);
  const env = {
    ANTHROPIC_API_KEY: "test-key-that-is-not-real",
    ANTHROPIC_BASE_URL: server.url,
    NO_COLOR: "1",
  };
  const inFolder = { cwd: folder.path, env };
  const ran = await runCli(["main.worker", "Hello, I am Ada."], inFolder);
  expect(ran).toEqual({ code: 0, stdout: "Good morning, Ada.\n", stderr: "" });
  await server.close();

  const added = await runCli(["test", "--add", "last", "--name", "greets by name"], inFolder);
  expect(added).toMatchObject({ code: 0, stderr: "" });
  expect(added.stdout).toContain('added "greets by name" to main.cases.yaml');
  expect(parse(readFileSync(join(folder.path, "main.cases.yaml"), "utf8"))).toEqual({
    cases: [
      {
        name: "greets by name",
        input: "Hello, I am Ada.",
        expect: { output: "Good morning, Ada." },
      },
    ],
  });
  const cassette = readFileSync(join(folder.path, "cassettes/main/greets-by-name.yaml"), "utf8");
  expect(cassette).toContain("\nsource: live\n");

  const keyless = { cwd: folder.path, env: { NO_COLOR: "1" } };
  const passed = await runCli(["test"], keyless);
  expect(passed).toMatchObject({ code: 0 });
  expect(passed.stdout).toContain("1 passed");

  writeFileSync(join(folder.path, "main.worker"), WORKER.replace("plain", "cheerful"));
  const failed = await runCli(["test"], keyless);
  expect(failed.code).toBe(3);
  const report = failed.stdout + failed.stderr;
  expect(report).toContain('its instructions changed ("plain" is now "cheerful")');
  expect(report).toContain("one [-plain-]{+cheerful+} sentence");

  writeFileSync(join(folder.path, "main.worker"), WORKER);
  expect(await runCli(["test"], keyless)).toMatchObject({ code: 0 });
  expect(server.requests).toHaveLength(1);
  expect(existsSync(join(folder.path, ".llm-do/.gitignore"))).toBe(true);
});
