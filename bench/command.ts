import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUILT = `${ROOT}dist/bin/llm-do.js`;

/** The arguments of Node that start the built command; builds it when it is missing. */
export function llmDo(...words: readonly string[]): readonly string[] {
  if (!existsSync(BUILT)) {
    execFileSync(process.execPath, ["scripts/build.ts"], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return [BUILT, ...words];
}

export interface Ended {
  readonly tookMs: number;
  readonly stdout: string;
  /** What the process wrote to its fourth stream. */
  readonly told: string;
}

/**
 * Runs Node to its end, in an environment that holds no model, key or mode.
 *
 * @param codes exit codes that are no failure
 */
export function runNode(
  args: readonly string[],
  cwd = ROOT,
  more: Readonly<Record<string, string>> = {},
  codes: readonly number[] = [0],
): Ended {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...more };
  const startMs = performance.now();
  const ended = spawnSync(process.execPath, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    maxBuffer: 64 << 20,
  });
  const tookMs = performance.now() - startMs;
  if (ended.status === null || !codes.includes(ended.status)) {
    throw new Error(`node ${args.join(" ")} failed: ${ended.stderr}`);
  }
  return { tookMs, stdout: String(ended.stdout), told: String(ended.output[3] ?? "") };
}
