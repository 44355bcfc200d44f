import { expect, test } from "vitest";
import { messageOf } from "../../errors/message-of.ts";
import type { JsonObject } from "../../model/json.ts";
import { readMcpConfig } from "./mcp-config.ts";

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
