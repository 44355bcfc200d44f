import { Validator } from "@cfworker/json-schema";
import { describe, expect, test } from "vitest";
import { fieldOf } from "../../../tests/support/described.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Field, Reader } from "../../format/reader.ts";
import { schemaOf } from "../../format/schema.ts";
import type { JsonObject } from "../../model/json.ts";
import { MCP, SERVER } from "./mcp-config.ts";

function field(config: JsonObject): Field {
  const source = { file: "m.worker", code: "worker", verb: "load", noun: "front matter" } as const;
  return { ...fieldOf(config, source), path: ["mcp"] };
}

function refusalOf(config: JsonObject, format: Reader<unknown> = SERVER): string {
  try {
    format.read(field(config));
  } catch (error) {
    if (isLlmDoError(error)) return [error.reason, ...error.tries].join("; ");
    throw error;
  }
  return "taken";
}

test("numbers among texts are texts, and null counts as absent", () => {
  const { server } = SERVER.read(
    field({ command: "a", args: ["-p", 1], env: { N: 2 }, url: null }),
  );
  expect(server).toEqual({
    kind: "program",
    command: "a",
    args: ["-p", "1"],
    env: { passed: [], written: { N: "2" } },
  });
});

test.each<[JsonObject, string]>([
  [{}, '"mcp" needs one of "command" and "url", and not both; write command: PROGRAM and'],
  [{ command: "a", url: "http://b" }, '"mcp" needs one of "command" and "url", and not both'],
  [{ command: "a", headers: {} }, '"mcp.headers" does not go with "command"'],
  [{ url: "http://b", env: {} }, '"mcp.env" does not go with "url"'],
  [{ command: " " }, '"mcp.command" must be a program, not text " "'],
  [{ command: "a", args: "b" }, '"mcp.args" must be a list of texts, not this text'],
  [{ command: "a", args: [{}] }, '"mcp.args[0]" must be text, not a map'],
  [{ command: "a", args: [true] }, '"mcp.args[0]" must be text, not true or false'],
  [{ command: "a", env: { B: true } }, '"mcp.env.B" must be text, not true or false'],
  [{ command: "a", env: { B: "\0" } }, '"mcp.env.B" holds a NUL character'],
  [{ command: "a", env: "B" }, '"mcp.env" must be a list of names, or a map of texts, not this'],
  [{ command: "a", env: ["B=1"] }, '"mcp.env[0]" must be the name of a variable, not this text'],
  [{ command: "a", env: { "B=1": [] } }, '"mcp.env" has a key that is not the name of a variable'],
  [{ command: "a", tools: [] }, '"mcp.tools" must be a list of names and is empty'],
  [{ command: "a", tools: "b" }, '"mcp.tools" must be a list of names, not text "b"'],
  [
    { command: "a", timeout_seconds: 0 },
    '"mcp.timeout_seconds" must be a number above 0, at most 3600, not the number 0',
  ],
  [{ command: "a", timeout: 5 }, 'unknown key "timeout" in "mcp"'],
  [{ url: "b" }, '"mcp.url" must be an http or https address, not this text'],
  [{ url: "file:///b" }, '"mcp.url" must be an http or https address, not this text'],
  [
    { url: "http://b", headers: { "a b": "c" } },
    '"mcp.headers" has a key that is not the name of a header',
  ],
  [
    { url: "http://b", headers: { A: "one\ntwo" } },
    '"mcp.headers.A" holds a line break, which no header can hold',
  ],
  [
    { url: "http://me:my-password@b" },
    '"mcp.url" holds a user or a password; write an Authorization in headers',
  ],
])("%j is refused", (config, reason) => {
  const refusal = refusalOf(config);
  expect(refusal.startsWith(reason) ? reason : refusal).toBe(reason);
});

describe("no error shows a value that may be secret", () => {
  const secret = "s3cret-value";
  test.each<JsonObject>([
    { command: "a", args: secret },
    { command: "a", args: [[secret]] },
    { command: "a", env: secret },
    { command: "a", env: [`A=${secret}`] },
    { command: "a", env: { A: `${secret}\0` } },
    { command: "a", env: { [`A=${secret}`]: true } },
    { url: secret },
    { url: `ftp://${secret}` },
    { url: `https://${secret}:x@b` },
    { url: "https://b", headers: secret },
    { url: "https://b", headers: { A: [secret] } },
    { url: "https://b", headers: { A: `${secret}\n` } },
    { url: "https://b", headers: { [`A: ${secret}`]: "b" } },
    { a: { command: "a", args: secret } },
  ])("%j", (config) => {
    const refusal = refusalOf(config, MCP);
    expect(refusal).not.toBe("taken");
    expect(refusal).not.toContain(secret);
  });
});

const FILES = { command: "files" };

describe("what stands below mcp is", () => {
  test("one server, where it has any key of one", () => {
    const [server, ...others] = MCP.read(field({ command: "a", tools: ["b"] }));
    expect(others).toEqual([]);
    expect(server).toMatchObject({ name: undefined, config: { server: { command: "a" } } });
  });

  test("servers by name, where it has none", () => {
    const servers = MCP.read(
      field({
        "my-files_2": { ...FILES, _approval_config: { read: { pre_approved: true }, rm: null } },
        tickets: { url: "https://tickets.example/mcp", timeout_seconds: 5 },
      }),
    );
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
    expect(MCP.read(field({ files: FILES }))).toMatchObject([{ name: "files" }]);
  });
});

test.each<[JsonObject, string]>([
  [{}, '"mcp" needs one of "command" and "url", and not both'],
  [{ comand: "npx" }, 'unknown key "comand" in "mcp"; write "command"'],
  [
    { files: FILES, comand: "npx" },
    '"mcp.comand" must be a server: a map with command or url; write "command"',
  ],
  [
    { files: "npx server" },
    '"mcp.files" must be a server: a map with command or url; write files: { command: ',
  ],
  [{ files: null }, '"mcp.files" needs one of "command" and "url", and not both'],
  [{ files: { comand: "npx" } }, 'unknown key "comand" in "mcp.files"; write "command"'],
  [{ files: { ...FILES, tools: [] } }, '"mcp.files.tools" must be a list of names and is empty'],
  [
    { command: "a", files: FILES },
    '"mcp" has a server "files" beside the keys of another one; put each server under a name',
  ],
  [
    { env: FILES },
    '"mcp" has a server "env", which is a key of a server and cannot be the name of one; give the server another name, as in my_env',
  ],
  [
    { "my files": FILES },
    '"my files", which cannot be the name of a server; use 1 to 64 letters, digits, _ or -',
  ],
  [{ ["a".repeat(65)]: FILES }, "cannot be the name of a server"],
  [{ "": FILES }, '"", which cannot be the name of a server'],
  [
    JSON.parse('{"__proto__":{"command":"a"}}'),
    '"__proto__", which cannot be the name of a server',
  ],
  [
    { files: { ...FILES, _approval_config: [] } },
    '"mcp.files._approval_config" must be a map of tools, not a list',
  ],
  [
    { files: { ...FILES, _approval_config: { read: true } } },
    '"mcp.files._approval_config.read" must be a map with pre_approved or blocked, not true',
  ],
  [
    { files: { ...FILES, _approval_config: { read: { pre_aproved: true } } } },
    'unknown key "pre_aproved" in "mcp.files._approval_config.read"; write "pre_approved"',
  ],
  [
    { files: { ...FILES, _approval_config: { read: { blocked: "maybe" } } } },
    'read.blocked" must be true or false, not text "maybe"',
  ],
])("%j is refused", (config, reason) => {
  expect(refusalOf(config, MCP)).toContain(reason);
});

test.each<JsonObject>([
  { command: "a", _approval_config: { read: { pre_approved: true } } },
  { files: FILES, tickets: { url: "https://b" }, _approval_config: { files_read: {} } },
])("the schema takes what a worker's file says, approvals too: %j", (config) => {
  const validator = new Validator(schemaOf("mcp", MCP), "2020-12");
  expect(validator.validate(config).valid).toBe(true);
  expect(validator.validate({ ...config, comand: "a" }).valid).toBe(false);
});
