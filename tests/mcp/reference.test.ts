import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROGRAM_VARIABLES } from "../../src/host/program-environment.ts";
import { KEPT_CHARACTERS } from "../../src/project/lock/lock-file.ts";
import { LONGEST_NAME } from "../../src/toolsets/mcp/listed-tools.ts";
import { MCP, SERVER, SERVER_KEYS, SERVER_VARIABLES } from "../../src/toolsets/mcp/mcp-config.ts";
import { MAX_LIST_PAGES } from "../../src/toolsets/mcp/mcp-connection.ts";
import { MAX_MESSAGE_BYTES, MESSAGE_LIMIT } from "../../src/toolsets/mcp/message-lines.ts";
import { protocolEntries } from "../../src/toolsets/mcp/protocol-tools.ts";
import { MOST_EXTENSIONS } from "../../src/toolsets/mcp/request-limit.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow, tableBelow } from "../support/reference-table.ts";

const page = readFileSync(new URL("../../docs/mcp.md", import.meta.url), "utf8");

test("docs/mcp.md lists the keys that the code takes, and all that is said of them", () => {
  expect(rowsBelow(page, "## A worker uses a server")).toEqual(rowsOf(SERVER_KEYS));
});

test("it has the limits and the tools of the code", () => {
  const bytes = MAX_MESSAGE_BYTES.toLocaleString("en");
  expect(page).toContain(`10 MB (${bytes} bytes)`);
  expect(MESSAGE_LIMIT).toContain("10 MB");
  expect(page).toContain(`at most ${MOST_EXTENSIONS} times in all`);
  expect(page).toContain(`up to ${LONGEST_NAME} characters`);
  expect(page).toContain(`first ${KEPT_CHARACTERS.toLocaleString("en")} characters`);
  expect(page).toContain(`at most ${MAX_LIST_PAGES} pages`);
  const tools = protocolEntries(new Set(["resources", "prompts"]), "mcp");
  const taken = tableBelow(page, "### Resources and prompts").map(([name, takes]) => [
    name,
    takes === "nothing" ? [] : takes?.replaceAll("`", "").split(", "),
  ]);
  expect(taken).toEqual(
    tools.map(({ name, inputSchema }) => [name, Object.keys(inputSchema["properties"] ?? {})]),
  );
});

test("it says which variables a server gets, as docs/toolsets/shell.md says of programs", () => {
  const [, said = ""] = /A server that is started gets ([\s\S]*?) and its `env`/.exec(page) ?? [];
  const names = [...said.matchAll(/`([A-Z]+)`/g)].map(([, name]) => name);
  expect(names).toEqual([...PROGRAM_VARIABLES, ...SERVER_VARIABLES]);
  const shell = readFileSync(new URL("../../docs/toolsets/shell.md", import.meta.url), "utf8");
  const [, small = ""] = /A program gets ([^.]*`LC_\.\.\.`[^.]*?), as far as/.exec(shell) ?? [];
  expect([...small.matchAll(/`([A-Z]+)`/g)].map(([, name]) => name)).toEqual(PROGRAM_VARIABLES);
});

test("its example of several servers is a configuration", () => {
  const [, yaml = ""] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text);
  const { toolsets } = parseWorker(`---\n${yaml}---\nbody\n`, "m.worker");
  expect(toolsets.map(({ written }) => MCP.read(written))[0]).toMatchObject([
    { name: "files", approvals: { read_text_file: { preApproved: true } } },
    { name: "tickets", config: { server: { kind: "address" } } },
  ]);
});

test("its example is a configuration", () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { toolsets } = parseWorker(`---\n${yaml}---\nbody\n`, "m.worker");
  expect(toolsets.map(({ written }) => SERVER.read(written))[0]).toEqual({
    server: {
      kind: "program",
      command: "npx",
      args: ["-y", "@modelcontextprotocol/server-everything"],
      env: { passed: [], written: { API_TOKEN: `$\{MY_TOKEN}` } },
    },
    tools: ["echo", "get-sum"],
    timeoutMs: 60_000,
  });
  expect(toolsets[0]?.approvals["echo"]?.preApproved).toBe(true);
});
