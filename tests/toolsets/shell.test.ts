import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeProcesses } from "../../src/host/processes/node-processes.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { MAX_TOLD_BYTES } from "../../src/toolsets/shell/make-shell.ts";
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

/** This machine's environment, and the folder of the test. */
function here(more: Readonly<Record<string, string>> = {}) {
  return { cwd: folder.path, env: { ...process.env, ...more } };
}

function run(command: string, timeout_seconds = 20, signal = new AbortController().signal) {
  const shell = shellOf(EVERYTHING, nodeProcesses(process.env), here());
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

describe("the environment of a command", () => {
  const more = {
    NODE_ENV: "development",
    API_TOKEN: "very-confidential-value",
    LC_TIME: "C",
    LANG: "C.UTF-8",
    TERM: "xterm",
    TMPDIR: "/tmp",
    HOME: "/home/somebody",
    DATABASE_URL: "postgres://app:pa55word-of-it@db/app",
  };
  const env = async (config: JsonObject, command = "env") => {
    const world = { cwd: folder.path, env: { PATH: process.env["PATH"], ...more } };
    const shell = shellOf({ ...EVERYTHING, ...config }, nodeProcesses(process.env), world);
    return (await runShell(shell, { command, timeout_seconds: 20 })).stdout;
  };
  const namesIn = (text: string) =>
    text.split("\n").flatMap((line) => (line === "" ? [] : [line.split("=", 1)[0]]));
  const small = ["HOME", "LANG", "LC_TIME", "PATH", "TERM", "TMPDIR"];

  test("is small", async () => {
    expect(namesIn(await env({})).toSorted()).toEqual(small);
  });

  test("has the variables that the worker names, and none that is not set", async () => {
    const shown = await env({ env: ["NODE_ENV", "NOT_SET_ANYWHERE"] });
    expect(namesIn(shown).toSorted()).toEqual([...small, "NODE_ENV"].toSorted());
    expect(shown).toContain("NODE_ENV=development\n");
  });

  test("has the values that the worker writes, and `${NAME}` in them", async () => {
    const shown = await env({ env: { CI: 1, MODE: "in-${NODE_ENV}", PATH: "/usr/bin:/bin" } });
    expect(shown).toContain("CI=1\n");
    expect(shown).toContain("PATH=/usr/bin:/bin\n");
    expect(await env({ env: { A: "${LANG}!" } })).toContain("A=C.UTF-8!\n");
  });

  test("has a credential only where the worker names it, and the model is not told it", async () => {
    put("tell", '#!/bin/sh\necho "$API_TOKEN"; [ "$API_TOKEN" = very-confidential-value ]\n');
    const world = here(more);
    for (const given of [["API_TOKEN"], { API_TOKEN: "${API_TOKEN}" }]) {
      const shell = shellOf({ ...EVERYTHING, env: given }, nodeProcesses({}), world);
      const told = await runShell(shell, { command: "./tell", timeout_seconds: 20 });
      expect(told).toMatchObject({ exit_code: 0, stdout: "<secret>\n" });
    }
  });

  test("hides a credential that the cut goes through", async () => {
    put(
      "tell",
      `#!/bin/sh\nhead -c ${MAX_TOLD_BYTES - 12} /dev/zero | tr '\\0' x; echo "$API_TOKEN"\n`,
    );
    const told = await env({ env: ["API_TOKEN"] }, "./tell");
    expect(told).toMatch(/x<secret>\n\[12 more bytes were cut off\]$/);
  });

  test("that cannot be made ends the run, with the name of the variable", async () => {
    await expect(env({ env: { KEY: "${NOT_SET_ANYWHERE}" } })).rejects.toMatchObject({
      code: "configuration",
      reason: "KEY needs the environment variable NOT_SET_ANYWHERE, which is not set",
    });
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
    here(),
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
