import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { JsonObject } from "../../model/json.ts";
import { readMcpServers } from "./mcp-servers.ts";

function serverRefusal(config: JsonObject): string {
  try {
    readMcpServers(config);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return [error.message, ...error.tries].join("; ");
  }
  return "taken";
}

const FILES = { command: "files" };

describe("what stands below mcp is", () => {
  test("one server, where it has any key of one", () => {
    const [server, ...others] = readMcpServers({ command: "a", tools: ["b"] });
    expect(others).toEqual([]);
    expect(server).toMatchObject({ name: undefined, config: { server: { command: "a" } } });
  });

  test("servers by name, where it has none", () => {
    const servers = readMcpServers({
      "my-files_2": { ...FILES, _approval_config: { read: { pre_approved: true }, rm: null } },
      tickets: { url: "https://tickets.example/mcp", timeout_seconds: 5 },
    });
    expect(servers).toMatchObject([
      {
        name: "my-files_2",
        config: { server: { kind: "program", command: "files" } },
        approvals: {
          read: { preApproved: true, blocked: false },
          rm: { preApproved: false, blocked: false },
        },
      },
      { name: "tickets", config: { server: { kind: "address" }, timeoutMs: 5000 }, approvals: {} },
    ]);
  });

  test("one server by a name, too", () => {
    expect(readMcpServers({ files: FILES })).toMatchObject([{ name: "files" }]);
  });
});

test.each<[JsonObject, string]>([
  [{}, 'one of "command" and "url" must be there, and not both'],
  [{ comand: "npx" }, 'unknown key "comand"; write "command"'],
  [
    { files: FILES, comand: "npx" },
    '"comand" must be a server: a map with command or url; write "command"',
  ],
  [
    { files: "npx server" },
    '"files" must be a server: a map with command or url; write files: { command: ',
  ],
  [{ files: null }, 'server "files": one of "command" and "url" must be there, and not both'],
  [{ files: { comand: "npx" } }, 'server "files": unknown key "comand"; write "command"'],
  [{ files: { ...FILES, tools: [] } }, 'server "files": "tools" is an empty list'],
  [
    { command: "a", files: FILES },
    'the server "files" stands beside the keys of another one; put each server under a name',
  ],
  [
    { env: FILES },
    '"env" is a key of a server and cannot be the name of one; give the server another name, as in my_env',
  ],
  [
    { "my files": FILES },
    '"my files" cannot be the name of a server; use 1 to 64 letters, digits, _ or -',
  ],
  [{ ["a".repeat(65)]: FILES }, "cannot be the name of a server"],
  [{ "": FILES }, '"" cannot be the name of a server'],
  [JSON.parse('{"__proto__":{"command":"a"}}'), '"__proto__" cannot be the name of a server'],
  [
    { files: { ...FILES, _approval_config: [] } },
    'server "files": "_approval_config" must be a map of tools',
  ],
  [
    { files: { ...FILES, _approval_config: { read: true } } },
    'server "files", _approval_config of "read": it must be a map with pre_approved or blocked',
  ],
  [
    { files: { ...FILES, _approval_config: { read: { pre_aproved: true } } } },
    'unknown key "pre_aproved"; write "pre_approved"',
  ],
  [
    { files: { ...FILES, _approval_config: { read: { blocked: "yes" } } } },
    '"blocked" must be true or false',
  ],
])("%j is refused", (config, reason) => {
  expect(serverRefusal(config)).toContain(reason);
});
