import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type { Host } from "../../src/host/host.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { type RunReport, type RunRequest, run } from "../../src/project/run.ts";
import type { RunEvent } from "../../src/runtime/run-event.ts";
import { repository } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

const require = createRequire(import.meta.url);

/** The official example server, as installed. */
export const EVERYTHING = require.resolve("@modelcontextprotocol/server-everything/dist/index.js");

export const HOSTILE = resolve(repository, "fixtures/mcp/hostile-server.mjs");

export interface McpCase {
  /** What stands below `mcp`, without approvals. */
  readonly mcp: object;
  /** Pre-approved, by name. */
  readonly approved?: readonly string[];
  /** The model's answers in YAML. */
  readonly script: string;
  readonly cassette?: RunRequest["cassette"];
  readonly signal?: AbortSignal;
  readonly approvals?: RunRequest["approvals"];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** A folder with a worker `main` that has the toolset `mcp`. */
export function mcpProject({ mcp, approved = [], script, files = {} }: McpCase) {
  const approvals = Object.fromEntries(approved.map((name) => [name, { pre_approved: true }]));
  const toolsets = { mcp: { ...mcp, _approval_config: approvals } };
  return folderWith({
    "main.worker": `---\nmodel: test\ntoolsets: ${JSON.stringify(toolsets)}\n---\nYou work.\n`,
    "answers.yaml": script,
    ...files,
  });
}

export interface Outcome {
  readonly report: RunReport | undefined;
  readonly error: string | undefined;
  readonly events: readonly RunEvent[];
}

/** Runs the worker in a folder; what ends the run is `error`. */
export async function runIn(folder: string, literal: McpCase): Promise<Outcome> {
  const events: RunEvent[] = [];
  const { cassette, signal, approvals } = literal;
  const host: Host = { ...nodeHost(), cwd: folder, env: { ...process.env, ...literal.env } };
  try {
    const report = await run({
      files: ["main.worker"],
      input: "Go.",
      script: join(folder, "answers.yaml"),
      host,
      onEvent: (event) => events.push(event),
      ...(cassette ? { cassette } : {}),
      ...(signal ? { signal } : {}),
      ...(approvals ? { approvals } : {}),
    });
    return { report, error: undefined, events };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { report: undefined, error: `${error.code}: ${error.report()}`, events };
  }
}

/** The same in a folder of its own. */
export async function runMcp(literal: McpCase): Promise<Outcome> {
  using folder = mcpProject(literal);
  return await runIn(folder.path, literal);
}

/** What the model was told of its calls, in the order of the answers. */
export function results(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "tool-result" ? [`${event.isError ? "! " : ""}${event.output}`] : [],
  );
}

/** The documents of a cassette. */
export function entriesOf(path: string): readonly Record<string, unknown>[] {
  const documents = readFileSync(path, "utf8").split(/^---$/m);
  return documents.map((text) => parse(text) as Record<string, unknown>); // maps, by the format
}

/** Waits until something holds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (holds()) return;
    await new Promise((next) => setTimeout(next, 10));
  }
  throw new Error(`it did not come to be: ${what}`);
}

/** The ids in a file, once they are there. */
export async function idsIn(path: string): Promise<readonly number[]> {
  const text = () => (existsSync(path) ? readFileSync(path, "utf8") : "");
  await until(() => text().endsWith("\n"), path);
  return text().trim().split(" ").map(Number);
}

/** Whether a process runs; a dead one that nobody collected does not. */
export function isRunning(processId: number): boolean {
  try {
    const state = /\) (\w)/.exec(readFileSync(`/proc/${processId}/stat`, "utf8"))?.[1];
    return state !== "Z";
  } catch {
    return false;
  }
}
