import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  DEFAULT_TIMEOUT_SECONDS,
  MCP_KEYS,
  readMcpConfig,
} from "../../src/toolsets/mcp/mcp-config.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import { tableBelow } from "../support/reference-table.ts";

const page = readFileSync(new URL("../../docs/mcp.md", import.meta.url), "utf8");

test("docs/mcp.md lists the keys that the code takes, and what they must be", () => {
  expect(tableBelow(page, "## A worker uses a server")).toEqual(Object.entries(MCP_KEYS));
  expect(page).toContain(`for one answer; absent: ${DEFAULT_TIMEOUT_SECONDS} `);
});

test("its example is a configuration", () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { toolsets } = parseWorker(`---\n${yaml}---\nbody\n`, "m.worker");
  expect(readMcpConfig(toolsets[0]?.config ?? {})).toEqual({
    server: {
      kind: "program",
      command: "npx",
      args: ["-y", "@modelcontextprotocol/server-everything"],
      env: { API_TOKEN: `$\{MY_TOKEN}` },
    },
    tools: ["echo", "get-sum"],
    timeoutMs: 60_000,
  });
  expect(toolsets[0]?.approvals["echo"]?.preApproved).toBe(true);
});
