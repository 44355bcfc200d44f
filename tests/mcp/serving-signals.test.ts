import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { installedProject } from "../support/installed-project.ts";
import { until } from "./mcp-project.ts";

/** Its tool takes a moment to pay. */
const TOOLS = `import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { tool, toolset } from "llm-do";
import { z } from "zod";
export const kit = toolset({
  pay: tool({
    description: "Pay.",
    input: z.object({}),
    effect: "external",
    approval: "allow",
    run: async () => {
      appendFileSync("paid.txt", "began\\n");
      await delay(1000);
      appendFileSync("paid.txt", "paid\\n");
      return "paid";
    },
  }),
});
`;

const MESSAGES = [
  {
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-03-26",
      capabilities: {},
      clientInfo: { name: "c", version: "1" },
    },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/call", params: { name: "pay", arguments: {} } },
].map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

const bin = join(repository, "dist/bin/llm-do.js");
const WORDS = ["mcp", "tools.ts", "--cassette", "c.yaml"];

describe("a server that is ended while an external effect is under way", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["its client", 0],
  ] as const)("by %s records it and exits with %s", { timeout: 60_000 }, async (by, code) => {
    using project = installedProject({ "tools.ts": TOOLS });
    const paid = join(project.path, "paid.txt");
    const child = spawn(process.execPath, [bin, ...WORDS], {
      cwd: project.path,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    for (const stream of [child.stdout, child.stderr]) stream.resume();
    const closed = once(child, "close");
    child.stdin.write(MESSAGES.join(""));
    await until(() => existsSync(paid), "the payment");
    if (by === "its client") child.stdin.end();
    else child.kill(by);
    expect(await closed).toEqual([code, null]);
    expect(readFileSync(paid, "utf8")).toBe("began\npaid\n");
    expect(readFileSync(join(project.path, "c.yaml"), "utf8")).toMatch(/^effect: /m);
    expect(existsSync(join(project.path, "c.yaml.lock"))).toBe(false);
  });
});
