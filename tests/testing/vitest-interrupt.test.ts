import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import { vitestProject } from "../support/vitest-project.ts";

const TIMEOUT_MS = 120_000;

/** Within that a process has long seen a signal. */
const SEEN_MS = 400;

/** Its tool starts a program, says so, and waits for it. */
const SLOW_TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
import { writeFileSync } from "node:fs";

export const numbers = toolset({
  double: tool({
    description: "Double a number.",
    input: z.object({ n: z.number() }),
    effect: "local",
    run: (_, { cwd }) => {
      writeFileSync(process.env.TOLD, JSON.stringify({ cwd, pid: process.pid }));
      return new Promise(() => setInterval(() => {}, 1000));
    },
  }),
});
`;

describe("an interrupted run", { timeout: TIMEOUT_MS }, () => {
  test.each([
    ["record", "SIGINT", 130],
    ["auto", "SIGTERM", 143],
    ["auto", "SIGHUP", 129],
  ] as const)(
    "with --mode %s ends by %s with %s and leaves nothing behind",
    async (mode, signal, code) => {
      using project = vitestProject({
        ...DOUBLING_PROJECT,
        "tools.ts": SLOW_TOOLS,
        "main.cases.yaml": DOUBLING_PROJECT["main.cases.yaml"].replace(
          "script:",
          "workspace: work\nscript:",
        ),
        "work/a.txt": "a",
      });
      const temporary = join(project.path, "node_modules/temporary");
      mkdirSync(temporary);
      const told = join(project.path, "node_modules/told.json");
      let command: ChildProcess | undefined;
      const ending = project.test(["main", "--mode", mode], {
        env: { TOLD: told, TMPDIR: temporary },
        onStart: (child) => {
          command = child;
        },
      });
      while (!existsSync(told)) await delay(20);
      await delay(50);
      const { cwd, pid } = JSON.parse(readFileSync(told, "utf8")) as { cwd: string; pid: number };
      expect(cwd).toContain(temporary);
      command?.kill(signal);
      expect((await ending).code).toBe(code);
      expect(() => process.kill(pid, 0)).toThrow("ESRCH");
      expect(readdirSync(temporary).filter((name) => name.startsWith("llm-do-"))).toEqual([]);
      const cassettes = join(project.path, "cassettes/main");
      const left = existsSync(cassettes) ? readdirSync(cassettes) : [];
      // What auto has recorded it keeps: those answers were paid for, and the next run goes on from them.
      expect(left).toEqual(mode === "auto" ? ["doubles.yaml.recording"] : []);
    },
  );
});

/** Its tool pays, waits until it is told to end, and leaves a line for each payment. */
const PAYING_TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export const numbers = toolset({
  double: tool({
    description: "Double a number.",
    input: z.object({ n: z.number() }),
    effect: "external",
    approval: "allow",
    run: async ({ n }) => {
      appendFileSync(process.env.PAID, "paid\\n");
      while (!existsSync(process.env.PAID + ".end")) await delay(20);
      return n * 2;
    },
  }),
});
`;

const PAYING_TEST = `import { expect } from "vitest";
import { test } from "llm-do/vitest";

test("doubles", async ({ llm }) => {
  const { output } = await llm({
    files: ["main.worker", "tools.ts"],
    input: "Double 4.",
    script: "answers.yaml",
    cassette: { path: "doubles.yaml" },
  });
  expect(output).toBeDefined();
});
`;

describe("an external effect that is under way when tests are interrupted", {
  timeout: TIMEOUT_MS,
}, () => {
  const { "main.worker": worker, "answers.yaml": answers } = DOUBLING_PROJECT;
  const files = { "main.worker": worker, "answers.yaml": answers, "tools.ts": PAYING_TOOLS };
  const cases =
    "files: [main.worker, tools.ts]\nscript: answers.yaml\ncases: [{ name: doubles, input: Double 4. }]\n";

  test.each([
    ["a case", { "main.cases.yaml": cases }, "SIGINT", 130],
    ["a case", { "main.cases.yaml": cases }, "SIGTERM", 143],
    ["a test", { "main.test.ts": PAYING_TEST }, "SIGINT", 130],
    ["a test", { "main.test.ts": PAYING_TEST }, "SIGHUP", 129],
  ] as const)("in %s is recorded first, and happens once", async (_in, tests, signal, code) => {
    using project = vitestProject({ ...files, ...tests });
    const paid = join(project.path, "node_modules/paid");
    const payments = () =>
      existsSync(paid) ? readFileSync(paid, "utf8").split("\n").length - 1 : 0;
    let command: ChildProcess | undefined;
    const running = project.test(["--mode", "auto"], {
      env: { PAID: paid },
      onStart: (child) => {
        command = child;
      },
    });
    while (payments() === 0) await delay(20);
    command?.kill(signal);
    await delay(SEEN_MS);
    writeFileSync(`${paid}.end`, "");
    expect((await running).code).toBe(code);
    // A script begins anew with each attempt.
    writeFileSync(join(project.path, "answers.yaml"), "- It is 8.\n");
    const again = await project.test(["--mode", "auto"], { env: { PAID: paid } });
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(payments()).toBe(1);
  });
});
