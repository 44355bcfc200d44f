import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeProcesses } from "../../src/host/node-processes.ts";
import { temporaryFolder } from "../support/host.ts";
import { callShell, recordingProcesses, runShell, shellOf } from "./shell-gate.ts";

const EVERYTHING = { default: { approval_required: false } };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function put(name: string, content: string, mode = 0o755): void {
  writeFileSync(join(folder.path, name), content);
  chmodSync(join(folder.path, name), mode);
}

function run(command: string, timeout_seconds = 20, signal = new AbortController().signal) {
  const shell = shellOf(EVERYTHING, nodeProcesses(process.env), folder.path);
  return runShell(shell, { command, timeout_seconds }, signal);
}

describe("a command", () => {
  test("runs in the project's folder and tells its two outputs", async () => {
    put("both", "#!/bin/sh\npwd -P\necho err >&2\nexit 3\n");
    expect(await run("./both")).toEqual({
      exit_code: 3,
      stdout: `${folder.path}\n`,
      stderr: "err\n",
      timed_out: false,
      truncated: false,
    });
  });

  test("passes on as text what a shell would act on", async () => {
    put("a", "");
    const text = "$HOME `id` $(id) * ; | > b ~ {a,b} # \\";
    expect(await run(`echo '${text}'`)).toMatchObject({ stdout: `${text}\n` });
  });

  test("reads an empty input", async () => {
    expect(await run("cat")).toMatchObject({ exit_code: 0, stdout: "" });
  });

  test("whose program is missing or cannot be executed ends as in a shell", async () => {
    put("text", "echo hello\n");
    put("closed", "#!/bin/sh\n", 0o644);
    expect(await run("no-such-program -x")).toMatchObject({
      exit_code: 127,
      stderr: "no-such-program: command not found",
    });
    expect(await run("./closed")).toMatchObject({ exit_code: 126 });
    expect(await run("./text")).toMatchObject({ exit_code: 126 });
  });

  test("that is ended by a signal ends as in a shell", async () => {
    put("die", "#!/bin/sh\nkill -9 $$\n");
    expect(await run("./die")).toMatchObject({ exit_code: 137, timed_out: false });
  });

  test("that takes too long is ended and says so", async () => {
    expect(await run("sleep 60", 0.2)).toEqual({
      exit_code: 143,
      stdout: "",
      stderr: "[ended because it took more than 0.2 seconds]",
      timed_out: true,
      truncated: false,
    });
  });

  test("ends with the run", async () => {
    const reason = new Error("over");
    const signal = AbortSignal.abort(reason);
    await expect(run("sleep 60", 60, signal)).rejects.toBe(reason);
  });
});

describe("long output", () => {
  test("is cut at 50 KB", async () => {
    put("long", "#!/bin/sh\nhead -c 60000 /dev/zero | tr '\\0' x\n");
    const result = await run("./long");
    expect(result).toMatchObject({ exit_code: 0, truncated: true, timed_out: false, stderr: "" });
    expect(result.stdout).toBe(`${"x".repeat(51_200)}\n[8800 more bytes were cut off]`);
  });

  test("is cut between two characters", async () => {
    put("long", `#!/usr/bin/env node\nprocess.stdout.write("a" + "😀".repeat(20000))\n`);
    const result = await run("./long");
    expect(result.stdout).toBe(`a${"😀".repeat(12_799)}\n[28804 more bytes were cut off]`);
  });

  test("without an end is ended", async () => {
    const result = await run("yes");
    expect(result).toMatchObject({ exit_code: 143, truncated: true, timed_out: false });
    expect(result.stdout).toMatch(/^y\ny\n[\s\S]*\[\d{8,} more bytes were cut off\]$/);
    expect(result.stderr).toBe("[ended because it wrote more than 67108864 bytes]");
  });
});

test("a rule lets one program through the gate and the rest never starts", async () => {
  put("a", "", 0o644);
  const processes = nodeProcesses(process.env);
  const shell = shellOf(
    { rules: [{ pattern: "ls", approval_required: false }] },
    processes,
    folder.path,
  );
  expect(await callShell(shell, { command: "ls" })).toMatchObject({ result: { stdout: "a\n" } });
  expect(await callShell(shell, { command: "rm a" }, { agrees: true })).toMatchObject({
    kind: "denied",
  });
  expect(await callShell(shell, { command: "ls; rm a" })).toMatchObject({ kind: "denied" });
  expect(await callShell(shell, { command: "ls" })).toMatchObject({ result: { stdout: "a\n" } });
});

test("a program that could not be started is told as a result", async () => {
  const processes = recordingProcesses({ kind: "not-started", exitCode: 126, reason: "x: no" });
  const shell = shellOf(EVERYTHING, processes);
  expect(await callShell(shell, { command: "x" })).toEqual({
    kind: "ran",
    asked: false,
    result: { exit_code: 126, stdout: "", stderr: "x: no", timed_out: false, truncated: false },
  });
});
