import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRecordedRun } from "../../src/cassette/file/header.ts";
import type { AppendFile, FileSystem } from "../../src/host/files/file-system.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { RunFolder } from "../../src/project/kept/run-folder.ts";
import { problems } from "../support/cassettes.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { testHost } from "../support/host.ts";
import { keptIn, onlyKept, runAndKeep } from "../support/kept-project.ts";
import { workerFile } from "../support/loading.ts";

const files = {
  "main.worker": workerFile("model: test:m", "toolsets: [helper]"),
  "helper.worker": workerFile("model: test:m", "description: Helps."),
  "answers.yaml": "- Hello.\n",
};
const run = ["main.worker", "helper.worker", "Go.", "--script", "answers.yaml"];

/** A script of a provider that answers nothing. */
const REFUSED = "- error: { status: 400, type: invalid_request_error, message: No. }\n";

describe("a run at the command line", () => {
  test("leaves its cassette, which says what was run, and nothing on its outputs", async () => {
    using folder = folderWith(files);
    const options = { cwd: folder.path };
    const unkept = await runCli([...run, "--no-keep"], options);
    expect(existsSync(join(folder.path, ".llm-do"))).toBe(false);
    const kept = await runCli([...run, "-m", "test:n", "-s", "settings.temperature=0"], options);
    expect(kept).toEqual(unkept);
    const [name = ""] = keptIn(folder.path);
    expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-main\.yaml$/);
    const path = join(folder.path, ".llm-do/runs", name);
    expect(readRecordedRun(onlyKept(folder.path), path)).toEqual({
      files: ["main.worker", "helper.worker"].map((file) => join(folder.path, file)),
      entry: "main",
      input: "Go.",
      model: "test:n",
      set: ["settings.temperature=0"],
    });
    expect(problems(path)).toEqual([]);
    expect(readFileSync(join(folder.path, ".llm-do/.gitignore"), "utf8")).toBe("*\n");
  });

  test("says which limits and flags shaped it, and is fresh within the same limits", async () => {
    // Calls itself deeper than a run may where nothing is said.
    const call = "- tool_call: { name: main, input: { input: Go. } }\n";
    using folder = folderWith({
      "main.worker": workerFile("model: test:m", "toolsets: [main]"),
      "answers.yaml": `${call.repeat(7)}${"- Up.\n".repeat(8)}`,
    });
    const options = { cwd: folder.path };
    const limits = ["--max-depth", "8", "--timeout", "60", "--approve-all", "--tools", "live"];
    const args = ["main.worker", "Go.", "--script", "answers.yaml", "--cassette", "own.yaml"];
    expect((await runCli([...args, ...limits], options)).code).toBe(0);
    const path = join(folder.path, "own.yaml");
    const recorded = readRecordedRun(readFileSync(path, "utf8"), path);
    expect(recorded).toMatchObject({
      limits: { maxDepth: 8, timeoutMs: 60_000 },
      flags: ["--approve-all", "--tools live"],
    });
    expect(await runCli(["cassette", "status", "own.yaml"], options)).toMatchObject({ code: 0 });
    const shown = await runCli(["cassette", "show", "own.yaml"], options);
    expect(shown.stdout).toContain("maxDepth 8, timeoutMs 60000, --approve-all, --tools live");
  });

  test("is kept at the top of its project, wherever it is started", async () => {
    using folder = folderWith({ ...files, "package.json": "{}" });
    mkdirSync(join(folder.path, "deep/down"), { recursive: true });
    const cwd = join(folder.path, "deep/down");
    await runCli(["../../main.worker", "../../helper.worker", "Go.", "-m", "test"], { cwd });
    expect(keptIn(folder.path)).toHaveLength(1);
  });

  test("keeps its own when others run at once", async () => {
    using folder = folderWith(files);
    const runs = Array.from({ length: 4 }, () => runCli(run, { cwd: folder.path }));
    for (const { code, stderr } of await Promise.all(runs)) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    }
    const names = keptIn(folder.path);
    expect(names).toHaveLength(4);
    for (const name of names) {
      expect(problems(join(folder.path, ".llm-do/runs", name))).toEqual([]);
    }
  });

  test("with a cassette has it there, with what was run, and no copy", async () => {
    using folder = folderWith(files);
    await runCli([...run, "--cassette", "own.yaml"], { cwd: folder.path });
    const text = readFileSync(join(folder.path, "own.yaml"), "utf8");
    expect(readRecordedRun(text, join(folder.path, "own.yaml"))).toMatchObject({ entry: "main" });
    expect(existsSync(join(folder.path, ".llm-do/runs"))).toBe(false);
  });

  test("in replay leaves nothing", async () => {
    using folder = folderWith(files);
    await runCli([...run, "--cassette", "own.yaml", "--no-keep"], { cwd: folder.path });
    const args = [...run, "--cassette", "own.yaml", "--mode", "replay"];
    expect(await runCli(args, { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(existsSync(join(folder.path, ".llm-do"))).toBe(false);
  });
});

describe("the last run", () => {
  test("is the last that was recorded, be it kept or in a cassette of its own", async () => {
    using folder = folderWith(files);
    const host = testHost({ cwd: folder.path });
    const last = () => new RunFolder(host).last;
    expect(last()).toBeUndefined();
    await runAndKeep(host);
    expect(last()).toBe(join(folder.path, ".llm-do/runs/2026-01-01T00-00-00-main.yaml"));
    await runAndKeep(host, { cassette: { path: join(folder.path, "own.yaml"), mode: "auto" } });
    expect(last()).toBe(join(folder.path, "own.yaml"));
  });

  test("is what a failed record left, and not the cassette of a run before", async () => {
    using folder = folderWith(files);
    const host = testHost({ cwd: folder.path });
    const path = join(folder.path, "own.yaml");
    const cassette = { path, mode: "record" } as const;
    await runAndKeep(host, { cassette });
    expect(new RunFolder(host).last).toBe(path);
    await runAndKeep(host, { cassette, answers: REFUSED });
    expect(new RunFolder(host).last).toBe(`${path}.recording`);
  });
});

describe("a run that fails", () => {
  test("is kept as far as it came", async () => {
    using folder = folderWith(files);
    const host = testHost({ cwd: folder.path });
    const { ended } = await runAndKeep(host, {
      answers: "- tool_call: { name: helper, input: { input: Help. } }\n",
    });
    expect(ended.kind).toBe("failed");
    expect(onlyKept(folder.path).match(/^exchange: /gm)).toHaveLength(1);
  });

  test("leaves nothing where it recorded nothing", async () => {
    using folder = folderWith(files);
    const host = testHost({ cwd: folder.path });
    const { ended, warnings } = await runAndKeep(host, { answers: REFUSED });
    expect(ended.kind).toBe("failed");
    expect(warnings).toEqual([]);
    expect(keptIn(folder.path)).toEqual([]);
  });
});

describe("a run that cannot be kept goes on, with a warning", () => {
  const done = { kind: "done", result: { output: "Hello." } };

  test("for a secret in its input, of which nothing is written", async () => {
    using folder = folderWith(files);
    const host = testHost({ cwd: folder.path, env: { MAIL_PASSWORD: "correct-horse-battery" } });
    const { ended, warnings } = await runAndKeep(host, { input: "It is correct-horse-battery." });
    expect(ended).toMatchObject(done);
    expect(warnings).toEqual([
      "this run is not kept: what is to be written holds the value of the environment variable MAIL_PASSWORD, at messages[0].user",
    ]);
    expect(keptIn(folder.path)).toEqual([]);
  });

  test("for a secret in a later answer, and what was written before it goes", async () => {
    using folder = folderWith(files);
    const host = testHost({ cwd: folder.path, env: { MAIL_PASSWORD: "correct-horse-battery" } });
    const { ended, warnings } = await runAndKeep(host, {
      answers: `- tool_call: { name: helper, input: { input: Help. } }
- It is correct-horse-battery.
- Hello.
`,
    });
    expect(ended).toMatchObject(done);
    expect(warnings).toEqual([expect.stringMatching(/MAIL_PASSWORD, at response\[0\]\.text$/)]);
    expect(keptIn(folder.path)).toEqual([]);
  });

  test("where its folder cannot be made", async () => {
    using folder = folderWith({ ...files, ".llm-do": "a file" });
    const { ended, warnings } = await runAndKeep(testHost({ cwd: folder.path }));
    expect(ended).toMatchObject(done);
    expect(warnings).toEqual([expect.stringMatching(/^this run is not kept: (?:EEXIST|ENOTDIR)/)]);
  });

  test("where another process writes its file", async () => {
    using folder = folderWith(files);
    const lock = join(folder.path, ".llm-do/runs/2026-01-01T00-00-00-main.yaml.lock");
    mkdirSync(join(folder.path, ".llm-do/runs"), { recursive: true });
    writeFileSync(lock, "1\n");
    const { ended, warnings } = await runAndKeep(testHost({ cwd: folder.path }));
    expect(ended).toMatchObject(done);
    expect(warnings).toEqual(["this run is not kept: process 1 is writing it"]);
  });

  test("where the disk fills up in its midst", async () => {
    using folder = folderWith(files);
    const host = testHost({ cwd: folder.path, files: fullAfter(1) });
    const { ended, warnings } = await runAndKeep(host, {
      answers: "- tool_call: { name: helper, input: { input: Help. } }\n- Helped.\n- Hello.\n",
    });
    expect(ended).toMatchObject(done);
    expect(warnings).toEqual(["this run is not kept: it cannot be written: the disk is full"]);
    expect(keptIn(folder.path)).toEqual([]);
  });

  test("with a cassette of its own where only the pointer to it cannot be written", async () => {
    using folder = folderWith({ ...files, ".llm-do": "a file" });
    const host = testHost({ cwd: folder.path });
    const cassette = { path: join(folder.path, "own.yaml"), mode: "record" } as const;
    const { ended, warnings } = await runAndKeep(host, { cassette });
    expect(ended).toMatchObject(done);
    expect(warnings).toEqual([expect.stringContaining("this run is not known as the last one:")]);
    expect(problems(cassette.path)).toEqual([]);
  });
});

/** This machine's files, with room for so many entries. */
function fullAfter(entries: number): FileSystem {
  let left = entries;
  const limited = (file: AppendFile): AppendFile => ({
    ...file,
    append: (text) => {
      if (left-- <= 0) throw new Error("the disk is full");
      file.append(text);
    },
  });
  return { ...nodeFileSystem, openAppend: (path) => limited(nodeFileSystem.openAppend(path)) };
}
