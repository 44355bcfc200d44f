import { describe, expect, test } from "vitest";
import {
  EVERYTHING,
  type McpCase,
  mcpProject,
  resultsInOrder,
  runIn,
  runMcp,
} from "./mcp-project.ts";
import { aListedTool, calling, ToldProject } from "./told-server.ts";

const NAMES = ["list_resources", "read_resource", "list_prompts", "get_prompt"];

const literal: McpCase = {
  mcp: { command: process.execPath, args: [EVERYTHING] },
  approved: NAMES.map((name) => `mcp.${name}`),
  script: JSON.stringify([
    { tool_call: { name: "mcp.list_resources", input: {} } },
    {
      tool_call: {
        name: "mcp.read_resource",
        input: { uri: "demo://resource/static/document/features.md" },
      },
    },
    { tool_call: { name: "mcp.read_resource", input: { uri: "demo://nowhere" } } },
    { tool_call: { name: "mcp.list_prompts", input: {} } },
    {
      tool_call: {
        name: "mcp.get_prompt",
        input: { name: "args-prompt", arguments: { city: "Paris" } },
      },
    },
    "Done.",
  ]),
};

test("a published server's resources and prompts are listed and read, and replayed", async () => {
  using folder = mcpProject(literal);
  const cassette = { path: `${folder.path}/recorded.yaml` };
  const live = await runIn(folder.path, { ...literal, cassette: { ...cassette, mode: "record" } });
  expect(live.error).toBeUndefined();
  const [resources, text, missing, prompts, prompt] = resultsInOrder(live.events);
  expect(resources).toContain('"uri":"demo://resource/static/document/features.md"');
  expect(resources).toContain('"uriTemplate":"demo://resource/dynamic/text/{resourceId}"');
  expect(text).toMatch(/^# /);
  expect(missing).toMatch(/^! the server says: .*demo:\/\/nowhere.* \(code -32/);
  expect(prompts).toContain('"name":"args-prompt"');
  expect(prompt).toMatch(/^user: .*Paris/);
  const again = await runIn(folder.path, { ...literal, cassette: { ...cassette, mode: "replay" } });
  expect(again.error).toBeUndefined();
  expect(resultsInOrder(again.events)).toEqual(resultsInOrder(live.events));
  expect(again.report?.summary).toMatchObject({ effects: { live: 0, missed: 0, unused: 0 } });
});

test("reading a resource needs an approval like any call", async () => {
  const { error } = await runMcp({ ...literal, approved: [] });
  expect(error).toMatch(/^approval-needed: Failed to call "mcp\.list_resources"/);
  expect(error).toContain(
    "mcp: { _approval_config: { mcp.list_resources: { pre_approved: true } } }",
  );
});

describe("the tools for resources and prompts", () => {
  const known = async (mcp: object, capabilities: object, tools: readonly object[] = []) => {
    using project = new ToldProject({ tools, capabilities }, { mcp, script: calling("no_such") });
    const { events, error } = await project.run();
    return error ?? /\(known: (.*)\)/.exec(resultsInOrder(events)[0] ?? "")?.[1]?.split(", ");
  };
  const work = [aListedTool("work")];

  test("are there where the server has these", async () => {
    expect(await known({}, { tools: {}, resources: {} }, work)).toEqual([
      "work",
      "mcp.list_resources",
      "mcp.read_resource",
    ]);
    expect(await known({}, { prompts: {} })).toEqual(["mcp.list_prompts", "mcp.get_prompt"]);
  });

  test("are named by tools like the others", async () => {
    const tools = ["work", "mcp.read_resource"];
    expect(await known({ tools }, { tools: {}, resources: {} }, work)).toEqual(tools);
    expect(await known({ tools }, { tools: {} }, work)).toContain('names "mcp.read_resource"');
  });

  test("give way to a tool of the server's own", async () => {
    const own = [aListedTool("mcp.read_resource")];
    expect(await known({}, { tools: {}, resources: {} }, own)).toEqual([
      "mcp.read_resource",
      "mcp.list_resources",
    ]);
  });

  test("tell the words of a prompt in whatever form they are", async () => {
    const messages = [
      { role: "user", content: "plain" },
      { role: "assistant", content: { type: "text", text: "one part" } },
      { role: "user", content: ["a", { type: "text", text: "b" }] },
    ];
    using project = new ToldProject(
      { tools: [], capabilities: { prompts: {} }, results: { "prompts/get": { messages } } },
      {
        approved: ["mcp.get_prompt"],
        script: JSON.stringify([
          { tool_call: { name: "mcp.get_prompt", input: { name: "p" } } },
          "Done.",
        ]),
      },
    );
    const { events } = await project.run();
    expect(resultsInOrder(events)).toEqual(["user: plain\n\nassistant: one part\n\nuser: a\nb"]);
  });

  test("check what they take before the server is asked", async () => {
    const calls = [
      { name: "mcp.read_resource", input: { url: "a://1" } },
      { name: "mcp.read_resource", input: { uri: null } },
      { name: "mcp.get_prompt", input: { name: "p", arguments: { n: 1 } } },
    ];
    using project = new ToldProject(
      { tools: [], capabilities: { resources: {}, prompts: {} } },
      {
        approved: ["mcp.read_resource", "mcp.get_prompt"],
        script: JSON.stringify([calls.map((call) => ({ tool_call: call })), "Done."]),
      },
    );
    const { events, error } = await project.run();
    expect(error).toBeUndefined();
    const [unknown, empty, number] = resultsInOrder(events);
    expect(unknown).toContain('unknown key "url"');
    expect(unknown).toContain("uri: expected string");
    expect(empty).toContain("uri: expected string");
    expect(number).toContain("arguments: expected an object of texts");
    expect(project.methods).not.toContain("resources/read");
    expect(project.methods).not.toContain("prompts/get");
  });

  test("have the name of their server where it has one", async () => {
    const server = { command: process.execPath, args: [EVERYTHING], tools: ["docs.list_prompts"] };
    const { events } = await runMcp({
      mcp: { docs: server },
      approved: ["docs.list_prompts"],
      script: calling("docs.list_prompts"),
    });
    expect(resultsInOrder(events)).toEqual([expect.stringContaining('"name":"simple-prompt"')]);
  });
});
