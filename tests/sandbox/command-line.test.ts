import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProgram } from "../../src/host/processes/find-program.ts";
import { anthropicServer, type Reply } from "../support/anthropic-server.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { temporaryFolder } from "../support/host.ts";
import { noWallHere, wallTitle } from "../support/wall.ts";

const MODEL = "anthropic:claude-haiku-4-5";

function project(sandbox: unknown) {
  const toolsets = { shell: { default: { approval_required: false }, sandbox } };
  const head = `model: ${MODEL}\ntoolsets: ${JSON.stringify(toolsets)}`;
  return folderWith({ "main.worker": `---\n${head}\n---\nYou work.\n` });
}

function calls(...commands: readonly string[]): readonly Reply[] {
  const call = (command: string): Reply => ({
    kind: "tool-call",
    name: "shell",
    input: { command },
  });
  return [...commands.map(call), { kind: "text", text: "Done." }];
}

const ARGUMENTS = ["main.worker", "Go.", "--headless", "--no-keep"];

describe.skipIf(noWallHere)(`llm-do with a walled shell${wallTitle}`, { timeout: 60_000 }, () => {
  test("records a run, and replays it behind the wall without a model", async () => {
    const outside = `/var/tmp/llm-do-outside-${process.pid}`;
    const commands = ["touch inside", `touch ${outside}`, "cat inside"];
    await using server = await anthropicServer(calls(...commands));
    using folder = project("workspace");
    const options = { cwd: folder.path, env: server.env };
    const live = await runCli([...ARGUMENTS, "--cassette", "c.yaml"], options);
    expect(live).toMatchObject({ code: 0, stdout: "Done.\n" });
    expect(existsSync(join(folder.path, "inside"))).toBe(true);
    expect(existsSync(outside)).toBe(false);
    expect(readFileSync(join(folder.path, "c.yaml"), "utf8")).toContain("Read-only file system");

    const replay = ["--cassette", "c.yaml", "--mode", "replay"];
    const replayed = await runCli([...ARGUMENTS, ...replay], { cwd: folder.path });
    expect(replayed).toMatchObject({ code: 0, stdout: "Done.\n" });
    expect(existsSync(outside)).toBe(false);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "leaves nothing running after a %s",
    async (signal) => {
      const command = "bash -c 'touch began; sleep 4; touch late'";
      await using server = await anthropicServer(calls(command));
      using folder = project({ network: ["example.com"] });
      const running = runCli(ARGUMENTS, {
        cwd: folder.path,
        env: server.env,
        onStart: async (child) => {
          await until(() => existsSync(join(folder.path, "began")));
          child.kill(signal);
        },
      });
      await running;
      await new Promise((next) => setTimeout(next, 5_000));
      expect(existsSync(join(folder.path, "began"))).toBe(true);
      expect(existsSync(join(folder.path, "late"))).toBe(false);
    },
  );
});

test("nothing runs and no model is asked where the system has no wall", async () => {
  await using server = await anthropicServer(calls("touch ran"));
  using folder = project("workspace");
  using bin = temporaryFolder();
  const path = pathWithout("bwrap", bin.path);
  const told = await runCli(ARGUMENTS, { cwd: folder.path, env: { ...server.env, PATH: path } });
  expect(told.code).toBe(2);
  expect(told.stderr).toContain('Failed to set up "sandbox: workspace": not found in PATH: ');
  expect(told.stderr).toContain("bwrap (bubblewrap)");
  expect(told.stderr).toContain("Try: on Debian and Ubuntu: sudo apt-get install bubblewrap");
  expect(server.requests).toEqual([]);
  expect(existsSync(join(folder.path, "ran"))).toBe(false);
});

test("a wrong sandbox is an error with its place", async () => {
  using folder = project({ network: ["https://example.com"] });
  const told = await runCli(ARGUMENTS, { cwd: folder.path });
  expect(told.code).toBe(2);
  expect(told.stderr).toMatch(
    /sandbox\.network\[0\]" must be a domain, not text "https:\/\/example\.com"/,
  );
  expect(told.stderr).toMatch(/main\.worker:\d+:\d+/);
});

/** Puts the usual programs into a folder, except one. */
function pathWithout(missing: string, bin: string): string {
  for (const name of ["bash", "sh", "touch", "socat", "rg", "bwrap"]) {
    const found = findProgram(name, { cwd: "/", path: process.env["PATH"] });
    if (name !== missing && found.kind === "found") symlinkSync(found.path, join(bin, name));
  }
  return bin;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((next) => setTimeout(next, 20));
}
