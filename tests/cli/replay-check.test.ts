import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCliHere } from "../support/cli-here.ts";
import { isToldResult, type ModelServer, modelServer } from "../support/model-server.ts";
import { vitestProject } from "../support/vitest-project.ts";

const WORKER = `---
model: anthropic:claude-haiku-4-5
toolsets:
  t: { _approval_config: { note: { pre_approved: true }, today: { pre_approved: true } } }
---
You take notes.
`;
const TOOLS = `
import { tool, toolset } from "llm-do";
import { z } from "zod";
import { appendFileSync, readFileSync } from "node:fs";
export const t = toolset({
  note: tool({ description: "Note.", input: z.object({}), effect: "local",
    run: () => { appendFileSync("log.txt", "x"); return readFileSync("log.txt", "utf8"); } }),
  today: tool({ description: "Today.", input: z.object({}), effect: "pure",
    run: () => new Date().toISOString().slice(0, 10) }),
});
`;

const calling =
  (tool: string): ModelServer["answer"] =>
  (asked) =>
    isToldResult(asked) ? ["It is done."] : [{ tool, input: {} }];

/** A folder in which runs are recorded against a provider over HTTP. */
async function project(tool: string) {
  const model = await modelServer(calling(tool));
  const inner = vitestProject({ "main.worker": WORKER, "tools.ts": TOOLS });
  return {
    path: inner.path,
    read: (file: string) => readFileSync(join(inner.path, file), "utf8"),
    run: (mode: string, ...words: readonly string[]) =>
      runCliHere(
        [
          "main.worker",
          "tools.ts",
          "Go.",
          "--headless",
          "--cassette",
          "c.yaml",
          "--mode",
          mode,
          ...words,
        ],
        { cwd: inner.path, env: model.env },
      ),
    [Symbol.asyncDispose]: async () => {
      inner[Symbol.dispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

describe.each(["record", "auto"])("a run that is recorded at the command line (%s)", (mode) => {
  test("is replayed without a word, and does nothing twice", async () => {
    await using one = await project("note");
    expect(await one.run(mode)).toEqual({
      code: 0,
      stdout: "It is done.\n",
      stderr:
        "cassette: served 0, live 2, missed 0, unused 0, effects: served 0, live 1, missed 0, unused 0\n",
    });
    expect(one.read("log.txt")).toBe("x");
  });

  test("is told of what cannot be replayed, with its result", async () => {
    await using one = await project("today");
    const { code, stdout, stderr } = await one.run(mode);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "It is done.\n" });
    expect(stderr).toMatch(
      /its recording cannot be replayed: the output of the tool "today" changed by a date only/,
    );
    expect(stderr).toMatch(/^Try: let code read the clock by ctx\.now\(\)/m);
    expect(existsSync(join(one.path, "c.yaml"))).toBe(mode === "auto");
  });
});

test("a file that has changed since it was recorded is no reason to refuse what auto adds", async () => {
  await using one = await project("note");
  expect((await one.run("record")).code).toBe(0);
  // The tool gives another text now, so the second request is recorded anew.
  expect((await one.run("auto")).code).toBe(0);
  expect(one.read("log.txt")).toBe("xx");
});

test("--tools recorded makes no call that is not on record, in record mode too", async () => {
  await using one = await project("note");
  expect((await one.run("record")).code).toBe(0);
  writeFileSync(join(one.path, "main.worker"), WORKER.replace("take", "keep"));
  expect((await one.run("record", "--tools", "recorded")).code).toBe(0);
  expect(one.read("log.txt")).toBe("x");
  const fresh = await one.run("record", "--tools", "recorded", "--cassette", "other.yaml");
  expect(fresh.code).toBe(3);
  expect(fresh.stderr).toContain('Failed to record "note": the call was not made');
  expect(one.read("log.txt")).toBe("x");
});

test("what was not made with --tools recorded is made without it, and nothing twice", async () => {
  await using one = await project("note");
  const { code, stderr } = await one.run("auto", "--tools", "recorded");
  expect(code).toBe(3);
  expect(stderr).toContain("Try: leave out --tools recorded: what is on record is answered");
  expect((await one.run("auto")).code).toBe(0);
  expect(one.read("log.txt")).toBe("x");
});
