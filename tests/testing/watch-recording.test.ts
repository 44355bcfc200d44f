import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AnthropicServer,
  anthropicServer,
  type MessagesBody,
} from "../support/anthropic-server.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";
import { Watching } from "../support/watching.ts";

const TIMEOUT_MS = 120_000;

const worker = (text: string) => `---\nmodel: anthropic:claude-haiku-4-5\n---\n${text}\n`;

const FILES = {
  "main.worker": worker("You greet."),
  "code.worker": worker("You part."),
  "main.cases.yaml": "cases:\n  - { name: greets, input: Hello. }\n",
  "code.test.ts": `import { test } from "llm-do/vitest";
import { expect } from "vitest";
test("parts", async ({ llm }) => {
  expect(await llm({ files: ["code.worker"], input: "Bye." })).toHaveOutput(/./);
});
`,
  "bare.test.ts": `import { runTest } from "llm-do/testing";
import { expect, test } from "vitest";
test("runs without a fixture", async () => {
  using run = await runTest({ files: ["code.worker"], input: "Bye.", script: ["Bye."] });
  expect(run.output).toBe("Bye.");
});
`,
};

const ALL = ["bare.test.ts", "code.test.ts", "main.cases.yaml"];

for (const mode of ["replay", "auto", "record"]) {
  describe(`watching in ${mode}`, { timeout: TIMEOUT_MS }, () => {
    let server: AnthropicServer;
    let project: VitestProject;
    let watching: Watching;

    beforeAll(async () => {
      server = await anthropicServer(({ system }: MessagesBody) => ({
        kind: "text",
        text: `I was told: ${JSON.stringify(system).length}`,
      }));
      project = vitestProject(FILES);
      if (mode === "replay") await project.test(["--mode", "record"], { env: server.env });
      watching = new Watching(project, ["--watch", "--mode", mode, "--allow-unused"], server.env);
      expect(await watching.next()).toEqual(ALL);
    }, TIMEOUT_MS);

    afterAll(async () => {
      expect((await watching.end()).code).toBe(130);
      project[Symbol.dispose]();
      await server.close();
    });

    /** The files that run after a change; in replay they fail, until it is taken back. */
    const edited = async (file: string, from: string, to: string) => {
      const path = join(project.path, file);
      const before = readFileSync(path, "utf8");
      writeFileSync(path, before.replace(from, to));
      const ran = await watching.next();
      if (mode !== "replay") return ran;
      writeFileSync(path, before);
      const again = await watching.next();
      expect(ran.map((name) => name.replace(/ failed$/, ""))).toEqual(again);
      return again;
    };

    test("runs the cases of a worker that changes", async () => {
      expect(await edited("main.worker", "greet", "welcome")).toEqual(["main.cases.yaml"]);
    });

    test("runs the tests in code whose runs read a worker that changes", async () => {
      expect(await edited("code.worker", "part", "leave")).toEqual([
        "bare.test.ts",
        "code.test.ts",
      ]);
    });

    test("runs the cases of a cassette that a person edits", async () => {
      const file = "cassettes/main/greets.yaml";
      expect(await edited(file, mode === "replay" ? "greet" : "welcome", "salute")).toEqual([
        "main.cases.yaml",
      ]);
    });

    test("runs the tests of a cassette that a person edits", async () => {
      const file = "cassettes/code.test/parts.yaml";
      expect(await edited(file, mode === "replay" ? "part" : "leave", "go")).toEqual([
        "code.test.ts",
      ]);
    });

    // A run that a recording started would be the next one above, in the place of the edit's own.
    test("runs nothing for what a run records", async () => {
      expect(await watching.rests()).toBe(true);
    });
  });
}
