import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { run } from "../../src/api/open-project.ts";
import type { RunReport } from "../../src/api/run-report.ts";
import type { RunRequest } from "../../src/api/run-request.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type { FileSystem } from "../../src/host/files/file-system.ts";
import type { Clock, Host } from "../../src/host/host.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import { repository } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

const require = createRequire(import.meta.url);

/** The official example server, as installed. */
export const EVERYTHING = require.resolve("@modelcontextprotocol/server-everything/dist/index.js");

export const FILESYSTEM = require.resolve("@modelcontextprotocol/server-filesystem/dist/index.js");

export const MEMORY = require.resolve("@modelcontextprotocol/server-memory/dist/index.js");

/** A server that answers as its file says. */
export const TOLD = resolve(repository, "fixtures/mcp/told-server.mjs");

export const HOSTILE = resolve(repository, "fixtures/mcp/hostile-server.mjs");

export interface McpCase {
  /** What stands below `mcp`, without approvals. */
  readonly mcp: object;
  /** Further toolsets, and the code files that have them. */
  readonly toolsets?: object;
  readonly code?: readonly string[];
  /** Pre-approved, by name. */
  readonly approved?: readonly string[];
  /** The model's answers in YAML. */
  readonly script: string;
  readonly cassette?: RunRequest["cassette"];
  readonly signal?: AbortSignal;
  readonly approvals?: RunRequest["approvals"];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** In the place of this machine's. */
  readonly clock?: Clock;
  /** The host's files, in the place of this machine's. */
  readonly hostFiles?: FileSystem;
  /** A provider's model, which answers in the place of the script. */
  readonly model?: string;
}

/** A folder with a worker `main` that has the toolset `mcp`. */
export function mcpProject({ mcp, approved = [], script, files = {}, toolsets: others }: McpCase) {
  const approvals = Object.fromEntries(approved.map((name) => [name, { pre_approved: true }]));
  const toolsets = { ...others, mcp: { ...mcp, _approval_config: approvals } };
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
  const { cassette, signal, approvals, clock, hostFiles: files } = literal;
  const { CI: _ci, ...own } = process.env;
  const env = { ...own, ...literal.env };
  const host: Host = {
    ...nodeHost(),
    cwd: folder,
    env,
    ...(clock ? { clock } : {}),
    ...(files ? { files } : {}),
  };
  try {
    const report = await run({
      files: ["main.worker", ...(literal.code ?? [])],
      input: "Go.",
      ...(literal.model === undefined ? { script: join(folder, "answers.yaml") } : {}),
      ...(literal.model === undefined ? {} : { model: literal.model }),
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

/** What the model was told of its calls, in the order in which it made them. */
export function resultsInOrder(events: readonly RunEvent[]): readonly string[] {
  const targets = events.flatMap((event) => (event.kind === "tool-call" ? [event.target] : []));
  return targets.flatMap((target) =>
    results(events.filter((event) => event.kind === "tool-result" && event.target === target)),
  );
}

/** The warnings of a run. */
export function warnings(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === "warning" ? [event.message] : []));
}

/** A clock on which no limit passes before something has happened. */
export function clockAfter(hasHappened: () => boolean): Clock {
  const { clock } = nodeHost();
  const sleep: Clock["sleep"] = async (durationMs, signal) => {
    while (!hasHappened()) await clock.sleep(5, signal);
    await clock.sleep(durationMs, signal);
  };
  return { ...clock, sleep };
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
