import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import type { PipedProcess } from "../host.ts";
import { nodePipedProcesses } from "./node-piped-processes.ts";

interface Started {
  readonly process: PipedProcess;
  readonly output: () => string;
  readonly exitCode: Promise<number>;
}

async function start(words: readonly string[]): Promise<Started> {
  const [program = "", ...rest] = words;
  let output = "";
  const { promise: exitCode, resolve: onEnd } = Promise.withResolvers<number>();
  const process = await nodePipedProcesses().start({
    program,
    arguments: rest,
    cwd: import.meta.dirname,
    env: { PATH: globalThis.process.env["PATH"], ONLY: "this" },
    onOutput: (piece) => (output += piece),
    onEnd,
  });
  return { process, output: () => output, exitCode };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries++) {
    await new Promise((next) => setTimeout(next, 10));
  }
  expect(holds()).toBe(true);
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

test("what is written is read, what it writes is told, and its input's end ends it", async () => {
  const { process, output, exitCode } = await start(["cat"]);
  await process.write("one\n");
  await process.write("two\n");
  await until(() => output() === "one\ntwo\n");
  await process.end();
  expect(await exitCode).toBe(0);
});

test("the end of its standard error is kept, and its exit code told", async () => {
  const { process, exitCode } = await start(["sh", "-c", 'echo "$ONLY $HOME" >&2; exit 7']);
  expect(await exitCode).toBe(7);
  expect(process.errorTail).toBe("this \n");
  await process.write("lost\n");
  await process.end();
});

test("its end takes those with it that it started", async () => {
  const { process, output } = await start(["sh", "-c", "sleep 60 & echo $!; cat >/dev/null"]);
  await until(() => output().endsWith("\n"));
  await process.end();
  await until(() => !isAlive(Number(output())));
});

test.each([
  ["no-such-program", "no-such-program: command not found"],
  ["./find-program.ts", "./find-program.ts: permission denied"],
])("%s does not start, with a reason", async (program, reason) => {
  await expect(start([program])).rejects.toThrow(reason);
});

test("it does not outlive this process", async () => {
  const module = JSON.stringify(new URL("./node-piped-processes.ts", import.meta.url).href);
  const script = `
    import { nodePipedProcesses } from ${module};
    const onOutput = (piece) => { process.stdout.write(piece, () => process.exit(0)); };
    const env = { PATH: process.env.PATH };
    const words = ["-c", "trap '' TERM; echo $$; while true; do sleep 1; done"];
    const request = { program: "sh", arguments: words, cwd: "/", env, onOutput, onEnd: () => {} };
    await nodePipedProcesses().start(request);
  `;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
  let told = "";
  child.stdout.on("data", (piece: Buffer) => (told += piece));
  await new Promise((gone) => child.once("close", gone));
  expect(Number(told)).toBeGreaterThan(0);
  await until(() => !isAlive(Number(told)));
});
