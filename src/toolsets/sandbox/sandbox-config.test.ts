import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Json } from "../../model/json.ts";
import { readSandbox, wallRules } from "./sandbox-config.ts";

const CLOSED = { network: [], writable: [], readOnly: [], unreadable: [] };

describe("sandbox in a toolset's configuration", () => {
  test("is absent, the word workspace, or a map", () => {
    expect(readSandbox(undefined, "shell")).toBeUndefined();
    expect(readSandbox(null, "shell")).toBeUndefined();
    expect(readSandbox("workspace", "shell")).toEqual(CLOSED);
    expect(readSandbox({}, "shell")).toEqual(CLOSED);
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
    expect(readSandbox(map, "shell")).toEqual({
      network: map.network,
      writable: ["../cache"],
      readOnly: ["src"],
      unreadable: [".env"],
    });
  });

  test.each<[Json, string]>([
    [true, 'sandbox: it must be "workspace", or a map with what else is allowed'],
    ["strict", 'sandbox: it must be "workspace", or a map with what else is allowed'],
    [[], 'sandbox: it must be "workspace", or a map with what else is allowed'],
    [{ kind: "none" }, 'sandbox: "kind" must be workspace'],
    [{ networks: [] }, 'sandbox: unknown key "networks"'],
    [{ network: true }, 'sandbox: "network" must be a list of domains'],
    [{ network: [1] }, 'sandbox: "network" must be a list of domains'],
    [{ writable: [""] }, 'sandbox: "writable" must be a list of folders'],
    [{ writable: ["a/*"] }, 'sandbox: "writable" holds "a/*", and patterns are not read'],
    [{ unreadable: { a: 1 } }, 'sandbox: "unreadable" must be a list of paths'],
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
      `sandbox: "network" holds ${JSON.stringify(domain)}, which is not a domain`,
    );
  });
});

test("paths are relative to the workspace, and what the run is made of is read-only", () => {
  const config = readSandbox({ writable: ["../cache", "~/x", "/y"], read_only: "src" }, "shell");
  const place = { cwd: "/w/p", workerPath: "/w/p/m.worker", projectFiles: ["/w/p/tools.ts"] };
  const rules = wallRules(config ?? CLOSED, place);
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

function refusal(value: Json): string {
  try {
    readSandbox(value, "shell");
  } catch (error) {
    if (isLlmDoError(error) && error.code === "configuration") return error.reason;
    throw error;
  }
  return "";
}
