import { spawn } from "node:child_process";
import { existsSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { repository, runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

const FILES = { "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nAnswer.\n" };
const RUN = ["main.worker", "Go.", "--cassette", "c.yaml", "--no-keep"];

/** Records a run with a model that is a server here, beside a lock that stands there already. */
async function recordBeside(lock: (path: string) => void) {
  using folder = folderWith(FILES);
  await using server = await anthropicServer([{ kind: "text", text: "Done." }]);
  lock(join(folder.path, "c.yaml.lock"));
  const env = { ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: server.url };
  const end = await runCli(RUN, { cwd: folder.path, env });
  return { ...end, asked: server.requests.length, left: readdirSync(folder.path) };
}

describe("a lock that stands beside a cassette", { timeout: 60_000 }, () => {
  test("is taken over with a warning where an earlier full disk left it empty", async () => {
    const end = await recordBeside((path) => {
      writeFileSync(path, "");
      utimesSync(path, 1, 1);
    });
    expect(end).toMatchObject({ code: 0, stdout: "Done.\n", left: ["c.yaml", "main.worker"] });
    expect(end.stderr).toContain(
      "warning: c.yaml.lock was left by a process that could not sign it and is taken over",
    );
  });

  test("refuses the run, before a model is asked, where another machine holds it", async () => {
    const lock = { machine: "build-7", process: 4711, id: "1" };
    const end = await recordBeside((path) => writeFileSync(path, JSON.stringify(lock)));
    expect(end).toMatchObject({ code: 3, asked: 0, left: ["c.yaml.lock", "main.worker"] });
    expect(end.stderr).toContain(
      'Failed to record "c.yaml": process 4711 on build-7 is writing it\nTry: wait for it to end, or use another cassette\nTry: if there is none, remove c.yaml.lock\n',
    );
  });

  test("refuses the run where a link stands in its place", async () => {
    const end = await recordBeside((path) => symlinkSync("main.worker", path));
    expect(end).toMatchObject({ code: 3, asked: 0 });
    expect(end.stderr).toContain("a symbolic link stands in the place of the lock");
  });

  test("is taken over where it names the id that this process has in its container", async () => {
    using folder = folderWith(FILES);
    await using server = await anthropicServer([{ kind: "text", text: "Done." }]);
    const program = `echo $$ > c.yaml.lock; exec "$@"`;
    const bin = join(repository, "dist/bin/llm-do.js");
    const child = spawn("sh", ["-c", program, "sh", process.execPath, bin, ...RUN], {
      cwd: folder.path,
      env: {
        PATH: process.env["PATH"] ?? "",
        ANTHROPIC_API_KEY: "none",
        ANTHROPIC_BASE_URL: server.url,
      },
      stdio: "ignore",
    });
    const code = await new Promise((done) => child.on("close", done));
    expect(code).toBe(0);
    expect(existsSync(join(folder.path, "c.yaml.lock"))).toBe(false);
  });
});
