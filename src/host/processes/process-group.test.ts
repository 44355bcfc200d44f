import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries++) {
    await new Promise((next) => setTimeout(next, 10));
  }
  expect(holds()).toBe(true);
}

test("programs end with a process that is killed, and those that have ended are left alone", async () => {
  const module = JSON.stringify(new URL("./node-processes.ts", import.meta.url).href);
  const script = `
    import { spawn } from "node:child_process";
    import { nodeProcesses } from ${module};
    const request = { cwd: "/", timeoutMs: 60_000, keptBytes: 1e6, writtenBytes: 1e6, signal: new AbortController().signal };
    const run = (...words) => nodeProcesses(process.env).run({ ...request, program: "sh", arguments: ["-c", ...words] });
    await Promise.all([run("exit 0"), run("exit 0"), run("exit 0")]);
    for (let index = 0; index < 2; index++) {
      void run("trap '' TERM; echo $$ >&3; sleep 60 & echo $! >&3; wait".replaceAll(">&3", ">> " + process.argv.at(-1)));
    }
  `;
  const { mkdtempSync, readFileSync, existsSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  const told = join(mkdtempSync(join(tmpdir(), "llm-do-guard-")), "ids");
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script, told]);
  const ids = () =>
    existsSync(told) ? readFileSync(told, "utf8").split("\n").filter(Boolean) : [];
  await until(() => ids().length === 4);
  child.kill("SIGKILL");
  await until(() => !ids().some((id) => isAlive(Number(id))));
});

test("a program that was started in the very moment of the kill ends, too", async () => {
  const module = JSON.stringify(new URL("./process-group.ts", import.meta.url).href);
  const script = `
    import { spawn } from "node:child_process";
    import { guarded } from ${module};
    const child = spawn("sleep", ["60"], { detached: true, stdio: guarded(["ignore", "pipe", "pipe"]) });
    process.stdout.write(child.pid + "\\n"); // and nobody tells the guard
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
  let told = "";
  child.stdout.on("data", (piece: Buffer) => {
    told += piece;
  });
  await until(() => told.endsWith("\n"));
  expect(isAlive(Number(told))).toBe(true);
  child.kill("SIGKILL");
  await until(() => !isAlive(Number(told)));
});
