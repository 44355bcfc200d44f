import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  EVERYTHING,
  entriesOf,
  type McpCase,
  mcpProject,
  results,
  runIn,
  runMcp,
} from "./mcp-project.ts";

const everything = { command: process.execPath, args: [EVERYTHING] };

const ECHO_AND_SUM = `
- - tool_call: { name: echo, input: { message: hello } }
  - tool_call: { name: get-sum, input: { a: 2, b: 40 } }
- Done.
`;

test("a worker calls the tools of a server that it starts", async () => {
  const { report, events } = await runMcp({
    mcp: everything,
    approved: ["echo", "get-sum"],
    script: ECHO_AND_SUM,
  });
  expect(report?.output).toBe("Done.");
  expect(results(events).toSorted()).toEqual(["Echo: hello", "The sum of 2 and 40 is 42."]);
});

test("a tool of a server needs an approval unless the configuration gives it", async () => {
  const asked: string[] = [];
  const { events } = await runMcp({
    mcp: everything,
    approved: ["echo"],
    script: ECHO_AND_SUM,
    approvals: async ({ tool, toolset }) => {
      asked.push(`${toolset}: ${tool}`);
      return { kind: "deny", by: "person", reason: "no sums today" };
    },
  });
  expect(asked).toEqual(["mcp: get-sum"]);
  expect(results(events).toSorted()).toEqual(["! no sums today", "Echo: hello"]);
});

describe("what a tool gives", () => {
  const told = async (call: string, approved: string) => {
    const script = `- tool_call: ${call}\n- Done.\n`;
    const { events } = await runMcp({ mcp: everything, approved: [approved], script });
    return results(events);
  };

  test("is its structured content where it has one", async () => {
    const call = "{ name: get-structured-content, input: { location: Chicago } }";
    expect(await told(call, "get-structured-content")).toEqual([
      '{"temperature":36,"conditions":"Light rain / drizzle","humidity":82}',
    ]);
  });

  test("has its images described", async () => {
    const [text] = await told("{ name: get-tiny-image, input: {} }", "get-tiny-image");
    expect(text).toMatch(
      /^Here's the image you requested:\n\[image: image\/png, \d+ bytes\]\nThe image above is the MCP logo\.$/,
    );
  });

  test("is an error where the server says so", async () => {
    const call = "{ name: get-sum, input: { a: two, b: 1 } }";
    expect(await told(call, "get-sum")).toEqual([expect.stringMatching(/^! .*expected number/s)]);
  });
});

describe("the tools that a worker has", () => {
  const base: McpCase = {
    mcp: { ...everything, tools: ["echo"] },
    script: "- tool_call: { name: get-sum, input: { a: 1, b: 2 } }\n- Done.\n",
  };

  test("are those that tools names", async () => {
    const { events } = await runMcp(base);
    expect(results(events)).toEqual(['! there is no function "get-sum" (known: echo)']);
  });

  test("must be there where tools names them", async () => {
    const { error } = await runMcp({ ...base, mcp: { ...everything, tools: ["ecko"] } });
    expect(error).toMatch(/^call: .*"tools" names "ecko", which the server does not have/s);
    expect(error).toContain('Try: write "echo"');
  });

  test("must be there where _approval_config names them", async () => {
    const { error } = await runMcp({ ...base, approved: ["ecko"] });
    expect(error).toMatch(/^project: .*_approval_config names "ecko", which "mcp" does not have/s);
    expect(error).toContain("at main.worker:3");
  });
});

describe("a recording", () => {
  const literal: McpCase = {
    // A file of the project, so that it can be taken away.
    mcp: {
      command: process.execPath,
      args: ["server.mjs"],
      tools: ["echo", "get-sum"],
      env: { SERVER_TOKEN: `$\{TEST_TOKEN}` },
    },
    approved: ["echo", "get-sum"],
    script: ECHO_AND_SUM,
    files: { "server.mjs": `await import(${JSON.stringify(EVERYTHING)});\n` },
    env: { TEST_TOKEN: "very-confidential-value" },
  };

  test("is replayed to the same end when the server is gone", async () => {
    using folder = mcpProject(literal);
    const path = join(folder.path, "recorded.yaml");
    const live = await runIn(folder.path, { ...literal, cassette: { path, mode: "record" } });
    expect(live.report?.output).toBe("Done.");
    rmSync(join(folder.path, "server.mjs"));
    const { env: _gone, ...keyless } = literal;
    const again = await runIn(folder.path, { ...keyless, cassette: { path, mode: "replay" } });
    expect(again.error).toBeUndefined();
    expect(again.report?.output).toBe("Done.");
    expect(results(again.events).toSorted()).toEqual(results(live.events).toSorted());
    expect(again.report?.summary).toMatchObject({
      effects: { served: 3, live: 0, missed: 0, unused: 0 },
    });
  });

  test("holds the tools that are used and no secret", async () => {
    using folder = mcpProject(literal);
    const path = join(folder.path, "recorded.yaml");
    await runIn(folder.path, { ...literal, cassette: { path, mode: "record" } });
    const listed = entriesOf(path).find((entry) => entry["tool"] === "mcp:list");
    expect(listed).toMatchObject({
      call: "main",
      kind: "external",
      input: { command: process.execPath, args: ["server.mjs"], tools: ["echo", "get-sum"] },
      output: [{ name: "echo" }, { name: "get-sum" }],
    });
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain("very-confidential-value");
    expect(text).not.toContain("SERVER_TOKEN");
  });

  test("does not answer for another server", async () => {
    using folder = mcpProject(literal);
    const path = join(folder.path, "recorded.yaml");
    await runIn(folder.path, { ...literal, cassette: { path, mode: "record" } });
    const other = { ...literal, mcp: { ...everything, tools: ["echo", "get-sum"] } };
    using changed = mcpProject(other);
    const { error } = await runIn(changed.path, { ...other, cassette: { path, mode: "replay" } });
    expect(error).toMatch(/^cassette-miss: Failed to replay "mcp:list"/);
  });
});
