import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import {
  EVERYTHING,
  FILESYSTEM,
  type McpCase,
  MEMORY,
  mcpProject,
  resultsInOrder,
  runIn,
  runMcp,
  TOLD,
} from "./mcp-project.ts";
import { aListedTool, calling } from "./told-server.ts";

const node = process.execPath;

/** Three published servers at once; the first two have files in the project's folder. */
const three: McpCase = {
  mcp: {
    everything: { command: node, args: [EVERYTHING], tools: ["echo"] },
    files: {
      command: node,
      args: [FILESYSTEM, "."],
      _approval_config: { read_text_file: { pre_approved: true } },
    },
    memory: { command: node, args: [MEMORY], env: { MEMORY_FILE_PATH: "./memory.jsonl" } },
  },
  approved: ["echo", "create_entities", "memory_read_graph"],
  files: { "notes.txt": "remember the milk" },
  script: JSON.stringify([
    { tool_call: { name: "echo", input: { message: "hi" } } },
    { tool_call: { name: "read_text_file", input: { path: "notes.txt" } } },
    {
      tool_call: {
        name: "create_entities",
        input: { entities: [{ name: "milk", entityType: "food", observations: ["white"] }] },
      },
    },
    { tool_call: { name: "read_graph", input: {} } },
    "Done.",
  ]),
};

test("published servers serve one worker at once, and a replay needs none of them", async () => {
  using folder = mcpProject(three);
  const path = join(folder.path, "recorded.yaml");
  const live = await runIn(folder.path, { ...three, cassette: { path, mode: "record" } });
  expect(live.error).toBeUndefined();
  const told = resultsInOrder(live.events);
  expect(told.slice(0, 2)).toEqual(["Echo: hi", expect.stringContaining("remember the milk")]);
  expect(told[3]).toContain('"name":"milk"');
  rmSync(join(folder.path, "notes.txt"));
  rmSync(join(folder.path, "memory.jsonl"), { force: true });
  const again = await runIn(folder.path, { ...three, cassette: { path, mode: "replay" } });
  expect(again.error).toBeUndefined();
  expect(resultsInOrder(again.events)).toEqual(told);
  expect(again.report?.output).toBe(live.report?.output);
  expect(again.report?.summary).toMatchObject({ effects: { live: 0, missed: 0, unused: 0 } });
});

test("a provider's model is offered the tools of all servers, and calls them", async () => {
  await using provider = await anthropicServer([
    { kind: "tool-call", name: "read_text_file", input: { path: "notes.txt" } },
    { kind: "tool-call", name: "everything_echo", input: { message: "hi" } },
    { kind: "text", text: "Both are read." },
  ]);
  const again = { command: node, args: [EVERYTHING], tools: ["echo"] };
  const literal: McpCase = {
    ...three,
    mcp: { ...three.mcp, again },
    approved: ["everything_echo"],
    model: "anthropic:claude-haiku-4-5",
    env: { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: "not-a-real-key" },
  };
  using folder = mcpProject(literal);
  const { events, report, error } = await runIn(folder.path, literal);
  expect(error).toBeUndefined();
  expect(report?.output).toBe("Both are read.");
  expect(resultsInOrder(events)).toEqual([
    expect.stringContaining("remember the milk"),
    "Echo: hi",
  ]);
  // The bodies are what the provider's client sends.
  const tools = provider.requests[0]?.["tools"] as readonly { readonly name: string }[] | undefined;
  const offered = tools?.map(({ name }) => name);
  expect(offered).toEqual(expect.arrayContaining(["everything_echo", "again_echo", "read_graph"]));
  expect(offered).not.toContain("echo");
});

/** Two servers that each have `read` and one tool of its own. */
function two(more: Partial<McpCase> = {}, name = "mcp"): McpCase & { readonly name: string } {
  const server = (own: string) =>
    JSON.stringify({
      tools: [aListedTool("read"), aListedTool(own)],
      answers: { read: { result: { content: [{ type: "text", text: `from ${own}` }] } } },
    });
  return {
    name,
    mcp: {
      files: { command: node, args: [TOLD, "files.json"] },
      tickets: { command: node, args: [TOLD, "tickets.json"] },
    },
    files: { "files.json": server("list"), "tickets.json": server("close") },
    script: calling("files_read", "tickets_read", "list"),
    approved: ["files_read", "tickets_read", "list"],
    ...more,
  };
}

describe("names of several servers", () => {
  test("get their server's before them where they clash, and only there", async () => {
    const { events, error } = await runMcp(two());
    expect(error).toBeUndefined();
    expect(resultsInOrder(events)).toEqual(["from list", "from close", "done"]);
  });

  test("clash with the worker's other functions, too", async () => {
    const code = `import { tool, toolset } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
const list = tool({ description: "d", input: z.object({}), effect: "pure", run: () => "mine" });
export const own = toolset({ list });
`;
    const { files, ...rest } = two({ script: calling("files_list", "list") });
    const literal: McpCase = {
      ...rest,
      approved: ["files_list"],
      toolsets: { own: { _approval_config: { list: { pre_approved: true } } } },
      code: ["tools.ts"],
      files: { ...files, "tools.ts": code },
    };
    using folder = mcpProject(literal);
    const { events, error } = await runIn(folder.path, literal);
    expect(error).toBeUndefined();
    expect(resultsInOrder(events)).toEqual(["done", "mine"]);
  });

  test("are the server's own in what is said below the server", async () => {
    const { mcp, ...rest } = two();
    const { files, tickets } = mcp as { readonly files: object; readonly tickets: object };
    const { events } = await runMcp({
      ...rest,
      mcp: {
        files: { ...files, _approval_config: { read: { pre_approved: true } } },
        tickets: { ...tickets, _approval_config: { read: { blocked: true } } },
      },
      approved: ["list"],
    });
    expect(resultsInOrder(events)).toEqual([
      "from list",
      '! "tickets_read" is blocked by the configuration of main',
      "done",
    ]);
  });

  test.each([
    [["read"], '_approval_config names "read", which several servers have'],
    [["fils_read"], '_approval_config names "fils_read", which "mcp" does not have'],
  ])(
    "that mean nothing, or two things, are errors with the place: %j",
    async (approved, reason) => {
      const { error } = await runMcp(two({ approved }));
      expect(error).toContain(reason);
      expect(error).toContain("at main.worker:3");
      expect(error).toContain('Try: write "files_read"');
    },
  );

  test("below a server must be the server's", async () => {
    const { mcp, ...rest } = two({ approved: [] });
    const { files } = mcp as { readonly files: object };
    const own = { files: { ...files, _approval_config: { red: { pre_approved: true } } } };
    const { error } = await runMcp({ ...rest, mcp: own });
    expect(error).toContain('_approval_config names "red", which "mcp.files" does not have');
    expect(error).toContain('Try: write "read"');
  });
});
