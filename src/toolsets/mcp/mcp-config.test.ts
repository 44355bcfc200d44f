import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { JsonObject } from "../../model/json.ts";
import { readMcpConfig, readMcpServers } from "./mcp-config.ts";

function refusalOf(config: JsonObject): string {
  try {
    readMcpConfig(config);
  } catch (error) {
    return messageOf(error);
  }
  return "taken";
}

test("numbers among texts are texts, and null counts as absent", () => {
  const { server } = readMcpConfig({ command: "a", args: ["-p", 1], env: { N: 2 }, url: null });
  expect(server).toEqual({
    kind: "program",
    command: "a",
    args: ["-p", "1"],
    env: { passed: [], written: { N: "2" } },
  });
});

test.each<[JsonObject, string]>([
  [{}, 'one of "command" and "url" must be there, and not both'],
  [{ command: "a", url: "http://b" }, 'one of "command" and "url" must be there, and not both'],
  [{ command: "a", headers: {} }, '"headers" does not go with "command"'],
  [{ url: "http://b", env: {} }, '"env" does not go with "url"'],
  [{ command: " " }, '"command" must be a program'],
  [{ command: "a", args: "b" }, '"args" must be a list of texts'],
  [{ command: "a", args: [{}] }, '"args" must be a list of texts'],
  [{ command: "a", env: { B: true } }, '"env" must be a list of names, or a map of texts'],
  [{ command: "a", env: ["B=1"] }, '"env" must be a list of names, or a map of texts'],
  [{ command: "a", tools: [] }, '"tools" is an empty list'],
  [{ command: "a", tools: "b" }, '"tools" must be a list of names'],
  [
    { command: "a", timeout_seconds: 0 },
    '"timeout_seconds" must be a number above 0, at most 3600',
  ],
  [{ command: "a", timeout: 5 }, 'unknown key "timeout"'],
  [{ url: "b" }, '"url" must be an http or https address'],
  [{ url: "file:///b" }, '"url" must be an http or https address'],
  [{ url: "http://b", headers: { "a b": "c" } }, '"headers" has a name that no header can have'],
  [
    { url: "http://b", headers: { A: "one\ntwo" } },
    'the header "A" holds a line break, which no header can hold',
  ],
  [{ url: "http://me:my-password@b" }, '"url" holds a user or a password'],
])("%j is refused", (config, reason) => {
  expect(refusalOf(config)).toBe(`Failed to configure "mcp": ${reason}`);
});

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
