import { describe, expect, test } from "vitest";
import { fieldOf } from "../../../tests/support/described.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Json } from "../../model/json.ts";
import { SANDBOX, wallRules } from "./sandbox-config.ts";

const CLOSED = { network: [], writable: [], readOnly: [], unreadable: [] };

describe("sandbox in a toolset's configuration", () => {
  test("is the word workspace, or a map", () => {
    expect(read("workspace")).toEqual(CLOSED);
    expect(read({})).toEqual(CLOSED);
    const map = {
      kind: "workspace",
      network: [
        "registry.npmjs.org",
        "*.example.com:443",
        "localhost:3000",
        "127.0.0.1",
        "[::1]:80",
      ],
      writable: "../cache",
      read_only: ["src"],
      unreadable: [".env"],
    };
    expect(read(map)).toEqual({
      network: map.network,
      writable: ["../cache"],
      readOnly: ["src"],
      unreadable: [".env"],
    });
  });

  test.each<[Json, string]>([
    [true, '"sandbox" must be workspace, not true'],
    ["strict", '"sandbox" must be workspace, not text "strict"'],
    [[], '"sandbox" must be workspace or a map, not a list'],
    [{ kind: "none" }, '"sandbox.kind" must be workspace, not text "none"'],
    [{ networks: [] }, 'unknown key "networks" in "sandbox"'],
    [{ network: true }, '"sandbox.network" must be a domain, not true'],
    [{ network: [1] }, '"sandbox.network[0]" must be a domain, not the number 1'],
    [{ writable: [""] }, '"sandbox.writable[0]" must be a path, not text ""'],
    [{ writable: ["a/*"] }, '"sandbox.writable[0]" is "a/*", and patterns are not read'],
    [{ unreadable: { a: 1 } }, '"sandbox.unreadable" must be a list of paths, not a map'],
  ])("%j is refused with its reason", (value, reason) => {
    expect(refusal(value)).toBe(reason);
  });

  test.each([
    "https://example.com",
    "example.com/path",
    "*",
    "*.com",
    "a..b",
    "example.com:0",
    "example.com:99999",
    "user@example.com",
    "example",
    "",
    " example.com",
  ])("%j is not a domain", (domain) => {
    expect(refusal({ network: [domain] })).toBe(
      `"sandbox.network[0]" must be a domain, not text ${JSON.stringify(domain)}`,
    );
  });
});

test("paths are relative to the workspace, and what the run is made of is read-only", () => {
  const config = read({ writable: ["../cache", "~/x", "/y"], read_only: "src" });
  const place = { cwd: "/w/p", workerPath: "/w/p/m.worker", projectFiles: ["/w/p/tools.ts"] };
  const rules = wallRules(config, place);
  expect(rules.writable).toEqual(["/w/p", "/w/cache", "~/x", "/y"]);
  expect(rules.readOnly).toEqual(["/w/p/src"]);
  expect(rules.readOnlyIfThere).toEqual([
    "/w/p/llm-do.yaml",
    "/w/p/llm-do.lock.yaml",
    "/w/p/.llm-do",
    "/w/p/m.worker",
    "/w/p/tools.ts",
  ]);
});

function read(value: Json) {
  const source = { file: "m.worker", code: "worker", verb: "load", noun: "front matter" } as const;
  return SANDBOX.read({ ...fieldOf(value, source), path: ["sandbox"] });
}

function refusal(value: Json): string {
  try {
    read(value);
  } catch (error) {
    if (isLlmDoError(error)) return error.reason;
    throw error;
  }
  return "";
}
