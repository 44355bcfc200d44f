import { describe, expect, test, vi } from "vitest";
import { nodeProcesses } from "../../src/host/node-processes.ts";
import { noWallHere, wallTitle } from "../support/wall.ts";
import { runShell, shellOf } from "../toolsets/shell-gate.ts";
import { ESCAPES, type Escape, surroundings } from "./escapes.ts";
import { script, walledShell } from "./walled-shell.ts";

/** What came of an escape, in words; empty where nothing did. */
async function harmOf(way: Escape, isWalled: boolean): Promise<readonly string[]> {
  await using around = await surroundings();
  vi.stubEnv("HOME", around.home);
  const shell = isWalled ? walledShell(around.workspace) : unwalledShell(around.workspace);
  const told = await shell(script(way.script(around)));
  await new Promise((next) => setTimeout(next, 50)); // a connection is noticed a moment later
  vi.unstubAllEnvs();
  return around.harm(`${told.stdout}${told.stderr}`);
}

function unwalledShell(cwd: string) {
  const shell = shellOf({ default: { approval_required: false } }, nodeProcesses(process.env), {
    cwd,
    env: process.env,
  });
  return (command: string) => runShell(shell, { command, timeout_seconds: 30 });
}

describe.skipIf(noWallHere)(`behind a wall${wallTitle}`, { timeout: 60_000 }, () => {
  test.each(ESCAPES)("nobody $name", async (way) => {
    expect(await harmOf(way, true)).toEqual([]);
  });
});

describe("without a wall", { timeout: 60_000 }, () => {
  const harmful = ESCAPES.filter(({ isForWallsOnly }) => !isForWallsOnly);
  test.each(harmful)("somebody $name", async (way) => {
    expect(await harmOf(way, false)).not.toEqual([]);
  });
});
