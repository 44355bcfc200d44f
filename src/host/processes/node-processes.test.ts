import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import type { ProcessEnd, ProcessRequest } from "../host.ts";
import { nodeProcesses } from "./node-processes.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function run(words: readonly string[], options: Partial<ProcessRequest> = {}): Promise<ProcessEnd> {
  const [program = "", ...rest] = words;
  return nodeProcesses(process.env).run({
    program,
    arguments: rest,
    cwd: folder.path,
    timeoutMs: 20_000,
    keptBytes: 1_000,
    writtenBytes: 50_000_000,
    signal: new AbortController().signal,
    ...options,
  });
}

/** A script of sh, which the test starts as a program like any other. */
const sh = (script: string, options: Partial<ProcessRequest> = {}) =>
  run(["sh", "-c", script], options);

function told(end: ProcessEnd) {
  if (end.kind === "not-started") return end;
  const { exitCode, stopped, stdout, stderr } = end;
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
  return { exitCode, stopped, stdout: text(stdout.head), stderr: text(stderr.head) };
}

async function elapsedMs(action: Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await action;
  return performance.now() - startMs;
}

/** The process whose id a script wrote to a file. */
async function processIdIn(name: string): Promise<number> {
  const file = join(folder.path, name);
  for (let tries = 0; tries < 500; tries++) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (text.endsWith("\n")) return Number(text);
    await delay(10);
  }
  throw new Error(`nothing was written to ${name}`);
}

/** Whether a process runs; one that ended and was not collected by its parent does not. */
function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch {
    return false;
  }
  const status = `/proc/${processId}/status`;
  return !(existsSync(status) && /^State:\s+Z/m.test(readFileSync(status, "utf8")));
}

async function goneSoon(processId: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && isRunning(processId); tries++) await delay(10);
  return !isRunning(processId);
}

describe("a program", () => {
  test("gets its arguments as they are and is waited for", async () => {
    const argument = fc
      .string({ unit: "grapheme", maxLength: 8 })
      .filter((text) => !text.includes("\0"));
    await fc.assert(
      fc.asyncProperty(fc.array(argument, { minLength: 1 }), async (args) => {
        const end = told(await run(["printf", "%s\\0", ...args]));
        expect(end).toMatchObject({ exitCode: 0, stdout: args.map((arg) => `${arg}\0`).join("") });
      }),
      { numRuns: 30 },
    );
  });

  test("gets the name it was called by", async () => {
    expect(told(await sh("echo $0"))).toMatchObject({ stdout: "sh\n" });
  });

  test("starts in the folder that was asked for, with an empty input", async () => {
    expect(told(await sh("pwd -P; cat; echo end"))).toMatchObject({
      stdout: `${folder.path}\nend\n`,
    });
  });

  test("writes to two outputs", async () => {
    expect(told(await sh("echo out; echo err >&2; exit 3"))).toEqual({
      exitCode: 3,
      stopped: undefined,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test.each([
    ["KILL", 137],
    ["TERM", 143],
    ["SEGV", 139],
  ])("that SIG%s ends has the exit code of a shell", async (signal, exitCode) => {
    expect(told(await sh(`kill -${signal} $$`))).toMatchObject({ exitCode, stopped: undefined });
  });

  test("gets the environment without what looks like a credential", async () => {
    const env = { PATH: process.env["PATH"], COLOR: "red", API_TOKEN: "t0p", NPM_TOKEN: "t0p" };
    const end = await nodeProcesses(env).run({
      program: "env",
      arguments: [],
      cwd: folder.path,
      timeoutMs: 20_000,
      keptBytes: 10_000,
      writtenBytes: 10_000,
      signal: new AbortController().signal,
    });
    expect(told(end)).toMatchObject({ stdout: `PATH=${env.PATH}\nCOLOR=red\n` });
  });
});

describe("a program that cannot be started", () => {
  function put(name: string, content: string, mode: number): void {
    writeFileSync(join(folder.path, name), content);
    chmodSync(join(folder.path, name), mode);
  }

  test("is 127 when there is none", async () => {
    expect(await run(["no-such-program"])).toMatchObject({ kind: "not-started", exitCode: 127 });
    expect(await run(["./no-such-program"])).toMatchObject({ kind: "not-started", exitCode: 127 });
  });

  test("is 127 when its interpreter is not there", async () => {
    put("a", "#!/no/such/interpreter\n", 0o755);
    expect(await run(["./a"])).toMatchObject({ kind: "not-started", exitCode: 127 });
  });

  test("is 127 when its folder is not there", async () => {
    const end = await run(["ls"], { cwd: join(folder.path, "none") });
    expect(end).toMatchObject({ exitCode: 127, reason: expect.stringContaining("folder") });
  });

  test("is 126 when it may not be executed", async () => {
    put("a", "#!/bin/sh\n", 0o644);
    expect(await run(["./a"])).toMatchObject({ exitCode: 126, reason: "./a: permission denied" });
    expect(await run(["./"])).toMatchObject({ exitCode: 126, reason: "./: it is not a file" });
  });

  test("is 126 when only a shell could read it, and none does", async () => {
    put("a", "echo read > trace\n", 0o755);
    expect(await run(["./a"])).toMatchObject({ kind: "not-started", exitCode: 126 });
    expect(existsSync(join(folder.path, "trace"))).toBe(false);
  });

  test("is 126 when its arguments are longer than the system takes", async () => {
    const end = await run(["echo", "a".repeat(8_000_000)]);
    expect(end).toMatchObject({
      exitCode: 126,
      reason: "echo: cannot be executed: its arguments are too long",
    });
  });
});

describe("the time limit", () => {
  test("ends the whole group", async () => {
    const script = "sh -c 'echo $$ > inner; sleep 60; :' & echo $$ > outer; wait";
    const ended = sh(script, { timeoutMs: 500 });
    const processIds = await Promise.all(["outer", "inner"].map(processIdIn));
    expect(processIds.map(isRunning)).toEqual([true, true]);
    expect(told(await ended)).toMatchObject({ exitCode: 143, stopped: "timeout" });
    expect(await Promise.all(processIds.map(goneSoon))).toEqual([true, true]);
  });

  test("kills what does not want to end", async () => {
    const ended = sh("trap '' TERM; echo $$ > self; echo on; while :; do sleep 0.1; done", {
      timeoutMs: 300,
    });
    const processId = await processIdIn("self");
    expect(await elapsedMs(ended)).toBeLessThan(5_000);
    expect(told(await ended)).toMatchObject({ exitCode: 137, stopped: "timeout", stdout: "on\n" });
    expect(await goneSoon(processId)).toBe(true);
  });

  test("leaves the exit code to a program that ends when it is asked to", async () => {
    const end = await sh("trap 'echo bye; exit 7' TERM; while :; do sleep 0.1; done", {
      timeoutMs: 300,
    });
    expect(told(end)).toMatchObject({ exitCode: 7, stopped: "timeout", stdout: "bye\n" });
  });

  test("ends a stopped program too", async () => {
    const ended = sh("kill -STOP $$", { timeoutMs: 200 });
    expect(await elapsedMs(ended)).toBeLessThan(1_500);
    expect(told(await ended)).toMatchObject({ exitCode: 143, stopped: "timeout" });
  });
});

describe("what a program leaves behind", () => {
  test("ends with it where it is in its group", async () => {
    const ended = sh("sleep 60 & echo $! > left; echo done");
    expect(await elapsedMs(ended)).toBeLessThan(4_000);
    expect(told(await ended)).toMatchObject({ exitCode: 0, stopped: undefined, stdout: "done\n" });
    expect(await goneSoon(await processIdIn("left"))).toBe(true);
  });

  test("ends with it where it holds no output", async () => {
    await sh("sleep 60 > /dev/null 2>&1 & echo $! > left");
    expect(await goneSoon(await processIdIn("left"))).toBe(true);
  });

  test("may still write what it has to", async () => {
    expect(told(await sh("(sleep 0.1; echo late) & :"))).toMatchObject({ stdout: "late\n" });
  });

  test("is not waited for where it left the group and holds the outputs", async () => {
    const script = `
      const { spawn } = require("node:child_process");
      const left = spawn("sleep", ["60"], { detached: true, stdio: "inherit" });
      require("node:fs").writeFileSync("left", left.pid + "\\n");
      process.exit();
    `;
    expect(await elapsedMs(run([process.execPath, "-e", script]))).toBeLessThan(4_000);
    const left = await processIdIn("left");
    expect(isRunning(left)).toBe(true);
    process.kill(left, "SIGKILL");
  });
});

describe("output", () => {
  test("beyond what is kept is read and counted", async () => {
    const end = await sh("head -c 10000000 /dev/zero; echo end >&2");
    if (end.kind !== "ended") throw new Error(end.reason);
    expect(end).toMatchObject({ exitCode: 0, stopped: undefined });
    expect(end.stdout.head.length).toBe(1_000);
    expect(end.stdout.totalBytes).toBe(10_000_000);
    expect(told(end)).toMatchObject({ stderr: "end\n" });
  });

  test("without an end ends the group", async () => {
    const end = await run(["yes"], { writtenBytes: 5_000_000 });
    if (end.kind !== "ended") throw new Error(end.reason);
    expect(end).toMatchObject({ exitCode: 143, stopped: "output" });
    expect(end.stdout.head.length).toBe(1_000);
    expect(end.stdout.totalBytes).toBeGreaterThan(5_000_000);
  });

  test("without an end of a program that does not want to end takes no memory", async () => {
    const before = process.memoryUsage().rss;
    await sh("trap '' TERM; yes; while :; do yes >&2; done", { writtenBytes: 1_000_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });
});

describe("the signal", () => {
  test("keeps a program from being started", async () => {
    const reason = new Error("over");
    await expect(sh("echo > trace", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(existsSync(join(folder.path, "trace"))).toBe(false);
  });

  test("ends the whole group and is what the caller is told", async () => {
    const controller = new AbortController();
    const script =
      "sh -c 'trap \"\" TERM; echo $$ > inner; sleep 60; sleep 60' & echo $$ > outer; wait";
    const ended = sh(script, { signal: controller.signal });
    const processIds = await Promise.all(["outer", "inner"].map(processIdIn));
    const reason = new Error("over");
    controller.abort(reason);
    await expect(ended).rejects.toBe(reason);
    expect(await Promise.all(processIds.map(goneSoon))).toEqual([true, true]);
  });
});

test("the groups that still run end with this process", async () => {
  const script = `
    import { nodeProcesses } from ${JSON.stringify(new URL("./node-processes.ts", import.meta.url).href)};
    nodeProcesses(process.env).run({
      program: "sh",
      arguments: ["-c", "trap '' TERM; sleep 60 & echo $! > left; wait"],
      cwd: ${JSON.stringify(folder.path)},
      timeoutMs: 60_000, keptBytes: 10, writtenBytes: 10, signal: new AbortController().signal,
    });
    process.stdin.resume().once("data", () => process.exit());
  `;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  const left = await processIdIn("left");
  expect(isRunning(left)).toBe(true);
  child.stdin.end("now");
  await once(child, "exit");
  expect(await goneSoon(left)).toBe(true);
});
