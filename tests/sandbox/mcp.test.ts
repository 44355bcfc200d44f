import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { entriesOf, FILESYSTEM, mcpProject, results, runIn, runMcp } from "../mcp/mcp-project.ts";
import { temporaryFolder } from "../support/host.ts";
import { noWallHere, wallTitle } from "../support/wall.ts";

const APPROVED = ["write_file", "read_text_file"];

/** The published server, told that it may serve more than its wall lets it. */
function serving(folder: string) {
  return { command: process.execPath, args: [FILESYSTEM, ".", folder], sandbox: "workspace" };
}

describe.skipIf(noWallHere)(`a server behind a wall${wallTitle}`, { timeout: 60_000 }, () => {
  test("writes in the workspace, and nowhere else", async () => {
    using outside = temporaryFolder();
    const script = `
- tool_call: { name: write_file, input: { path: inside.txt, content: new } }
- tool_call: { name: write_file, input: { path: ${outside.path}/new.txt, content: new } }
- tool_call: { name: read_text_file, input: { path: inside.txt } }
- Done.
`;
    const literal = { mcp: serving(outside.path), approved: APPROVED, script };
    using folder = mcpProject(literal);
    const { report, events } = await runIn(folder.path, literal);
    expect(report?.output).toBe("Done.");
    const told = results(events);
    expect(told[1]).toMatch(/EROFS|EACCES|EPERM/);
    expect(told[2]).toContain("new");
    expect(readFileSync(join(folder.path, "inside.txt"), "utf8")).toBe("new");
    expect(existsSync(join(outside.path, "new.txt"))).toBe(false);
  });

  test("writes there without one", async () => {
    using outside = temporaryFolder();
    const path = `${outside.path}/new.txt`;
    const script = `
- tool_call: { name: write_file, input: { path: ${path}, content: new } }
- Done.
`;
    const { sandbox: _sandbox, ...mcp } = serving(outside.path);
    await runMcp({ mcp, approved: APPROVED, script });
    expect(existsSync(path)).toBe(true);
  });

  test("is recorded under the same keys as without one", async () => {
    const script = `
- tool_call: { name: write_file, input: { path: a.txt, content: new } }
- Done.
`;
    const recordings: unknown[] = [];
    for (const sandbox of [undefined, "workspace"]) {
      const mcp = {
        command: process.execPath,
        args: [FILESYSTEM, "."],
        ...(sandbox ? { sandbox } : {}),
      };
      const literal = { mcp, approved: APPROVED, script };
      using folder = mcpProject(literal);
      const cassette = { path: join(folder.path, "c.yaml"), mode: "record" } as const;
      const { error } = await runIn(folder.path, { ...literal, cassette });
      expect(error).toBeUndefined();
      const entries = entriesOf(cassette.path);
      recordings.push(entries.map(({ exchange, effect }) => exchange ?? effect));
    }
    expect(recordings[1]).toEqual(recordings[0]);
  });
});

test("a server without a program takes no sandbox", async () => {
  const mcp = { url: "http://127.0.0.1:1/mcp", sandbox: "workspace" };
  const { error } = await runMcp({ mcp, script: "- Done.\n" });
  expect(error).toMatch(/^project: .*mcp\.sandbox" does not go with "url"/);
  expect(error).toMatch(/main\.worker:\d+:\d+/);
});

test("one server of several names its own", async () => {
  const mcp = { files: { command: "true", sandbox: { networks: [] } } };
  const { error } = await runMcp({ mcp, script: "- Done.\n" });
  expect(error).toContain('unknown key "networks" in "toolsets.mcp.files.sandbox"');
  expect(error).toContain('Try: write "network"');
});
