import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { anthropicServer, type Reply } from "../support/anthropic-server.ts";
import { repository, runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { installedProject } from "../support/installed-project.ts";

const TIMEOUT_MS = 120_000;

/** Says who it is, starts a child, and ends by nothing but SIGKILL. */
const STUBBORN = `
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {});
const child = spawn("sleep", ["500"]);
writeFileSync("ids.tmp", process.pid + " " + child.pid);
setInterval(() => {}, 1000);
`;

/** A server that answers calls of "echo" and never those of "hang", whatever becomes of its client. */
const SERVER = `${STUBBORN}
import { createInterface } from "node:readline";
process.stdout.on("error", () => {});
const send = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const capabilities = { tools: {} };
  const serverInfo = { name: "stubborn", version: "1" };
  const tools = ["echo", "hang"].map((name) => ({ name, inputSchema: { type: "object" } }));
  if (method === "initialize") send({ jsonrpc: "2.0", id, result: { protocolVersion: params.protocolVersion, capabilities, serverInfo } });
  if (method === "tools/list") send({ jsonrpc: "2.0", id, result: { tools } });
  if (method === "tools/call" && params.name === "echo") send({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: "hi" }] } });
});
`;

const FILES = {
  "shell.worker": `---
name: main
model: anthropic:claude-haiku-4-5
toolsets: { shell: { rules: [{ pattern: "${process.execPath}", approval_required: false }] } }
---
Hi.
`,
  "mcp.worker": `---
name: main
model: anthropic:claude-haiku-4-5
toolsets:
  mcp: { command: "${process.execPath}", args: [server.mjs], _approval_config: { echo: { pre_approved: true }, hang: { pre_approved: true } } }
---
Hi.
`,
  "wait.mjs": STUBBORN,
  "server.mjs": SERVER,
};

const call = (name: string, input: object): Reply => ({ kind: "tool-call", name, input });

async function until<Value>(look: () => Value | undefined | false): Promise<Value> {
  for (let tries = 0; tries < 1000; tries++) {
    const found = look();
    if (found) return found;
    await delay(50);
  }
  throw new Error("it never came");
}

/** Ids of the processes that a program of the folder started, itself first. */
function idsIn(folder: string): readonly number[] | undefined {
  const path = join(folder, "ids.tmp");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return /^\d+ \d+$/.test(text) ? text.split(" ").map(Number) : undefined;
}

/** A zombie that nobody collects, as in many containers, runs no more. */
function isRunning(id: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(id)], { encoding: "utf8" }).startsWith(
      "Z",
    );
  } catch {
    return false;
  }
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  readonly ids: readonly number[];
  readonly left: readonly string[];
}

/** Runs a worker until its program runs and the model was asked so often, then sends signals. */
async function endedBy(
  worker: string,
  replies: readonly Reply[],
  { signals, requests = 1 }: { signals: readonly NodeJS.Signals[]; requests?: number },
): Promise<Ended> {
  using folder = folderWith(FILES);
  await using server = await anthropicServer(replies);
  let child: ChildProcess | undefined;
  const running = runCli([worker, "Go.", "--cassette", "c.yaml", "--mode", "record"], {
    cwd: folder.path,
    env: server.env,
    onStart: (started) => {
      child = started;
    },
  });
  const ids = await until(() => server.requests.length >= requests && idsIn(folder.path));
  for (const [index, signal] of signals.entries()) {
    if (index > 0) await delay(200);
    child?.kill(signal);
  }
  const { code, stderr } = await running;
  await until(() => !ids.some(isRunning));
  return {
    code,
    stderr,
    ids,
    left: readdirSync(folder.path).filter((name) => name.endsWith("lock")),
  };
}

const CODES = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

describe("a run that is ended", { timeout: TIMEOUT_MS }, () => {
  test.each(CODES)("by %s ends the programs of shell and exits with %s", async (signal, code) => {
    const ended = await endedBy(
      "shell.worker",
      [call("shell", { command: `${process.execPath} wait.mjs`, timeout_seconds: 290 })],
      { signals: [signal] },
    );
    expect(ended).toMatchObject({ code, left: [] });
    expect(ended.stderr).toContain("it was interrupted");
  });

  test.each(CODES)(
    "by %s ends servers that heed nothing and exits with %s",
    async (signal, code) => {
      const replies: readonly Reply[] = [call("echo", {}), { kind: "hang", text: "Never" }];
      const ended = await endedBy("mcp.worker", replies, { signals: [signal], requests: 2 });
      expect(ended).toMatchObject({ code, left: [] });
    },
  );

  test("a second time ends at once, with all that it started", async () => {
    const startMs = performance.now();
    const ended = await endedBy("mcp.worker", [call("hang", {})], {
      signals: ["SIGTERM", "SIGINT"],
    });
    expect(ended.code).toBe(130);
    expect(performance.now() - startMs).toBeLessThan(25_000);
  });
});

/** Runs a shell command line in which `llm-do` is the built command. */
async function shellLine(line: string, cwd: string, env: Readonly<Record<string, string>>) {
  const command = `"${process.execPath}" "${join(repository, "dist/bin/llm-do.js")}"`;
  const child = spawn("bash", ["-c", line.replaceAll("llm-do", command)], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let stdout = "";
  child.stdout.on("data", (piece: Buffer) => {
    stdout += piece;
  });
  child.stderr.resume();
  const code = await new Promise((done) => child.once("close", done));
  return { code, stdout };
}

describe("a reader that leaves early", { timeout: TIMEOUT_MS }, () => {
  const long = `${"A long line of text. ".repeat(200)}\n`.repeat(30);

  test.each([
    ["stdout", "llm-do plain.worker Go --cassette c.yaml -vv | head -c 1"],
    ["stdout and stderr", "llm-do plain.worker Go --cassette c.yaml -vv 2>&1 | true"],
    ["stderr alone", "{ llm-do plain.worker Go --cassette c.yaml -vv 2>&1 >/dev/null; } | true"],
  ])("%s ends the writing and not the run", async (_what, line) => {
    using folder = folderWith({
      "plain.worker": "---\nname: main\nmodel: anthropic:claude-haiku-4-5\n---\nHi.\n",
    });
    await using server = await anthropicServer([{ kind: "text", text: long }]);
    const { stdout } = await shellLine(
      `${line}; echo "code \${PIPESTATUS[0]}"`,
      folder.path,
      server.env,
    );
    expect(stdout).toMatch(/code 0\n$/);
    const recorded = readFileSync(join(folder.path, "c.yaml"), "utf8");
    expect(recorded.match(/A long line of text/g)).toHaveLength(6000);
    expect(existsSync(join(folder.path, "c.yaml.lock"))).toBe(false);
  });
});

describe("code that a run left behind", { timeout: TIMEOUT_MS }, () => {
  /** Its tools hold the process open: `hang` and never answers, `open` and answers. */
  const KIT = `import { tool, toolset } from "llm-do";
import { z } from "zod";
const made = (run) => tool({ description: "d", input: z.object({}), effect: "local", approval: "allow", run });
export const kit = toolset({
  hang: made(() => new Promise(() => setInterval(() => {}, 1000))),
  open: made(() => { setInterval(() => {}, 1000); return "opened"; }),
});
`;
  const holding = (name: string) =>
    installedProject({
      "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: [kit]\n---\nHi.\n",
      "tools.ts": KIT,
      "script.yaml": `- tool_call: { name: ${name}, input: {} }\n- Done.\n`,
    });
  const words = ["main.worker", "tools.ts", "Go.", "--script", "script.yaml", "--no-keep"];

  test("does not hold the process of a run that failed", async () => {
    using project = holding("hang");
    const { code, stderr } = await runCli([...words, "--timeout", "1"], { cwd: project.path });
    expect(stderr).toContain("main took 1 s");
    expect(code).toBe(5);
  });

  test.each(CODES)("is ended by the first %s once the run is done", async (signal, code) => {
    using project = holding("open");
    const ended = await runCli(words, {
      cwd: project.path,
      onStart: (child) => {
        child.stdout?.once("data", () => setTimeout(() => child.kill(signal), 300));
      },
    });
    expect(ended).toMatchObject({ code, stdout: "Done.\n" });
  });
});

test("nohup keeps a run alive when its terminal closes", { timeout: TIMEOUT_MS }, async () => {
  using folder = folderWith({
    "plain.worker": "---\nname: main\nmodel: anthropic:claude-haiku-4-5\n---\nHi.\n",
    "script.yaml": "- { delay_ms: 6000, text: Hello. }\n",
  });
  const line =
    "nohup llm-do plain.worker Go --script script.yaml & sleep 3; kill -HUP $!; wait $!; echo code $?";
  const { stdout } = await shellLine(line, folder.path, {});
  expect(stdout).toMatch(/Hello\.\ncode 0\n$/);
});
