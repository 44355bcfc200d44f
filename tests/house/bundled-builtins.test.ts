import * as crypto from "node:crypto";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { builtinName, builtinStandIn } from "../../scripts/bundle/builtins.ts";

async function standIn(name: string): Promise<Record<string, unknown>> {
  return import(`data:text/javascript,${encodeURIComponent(builtinStandIn(name))}`);
}

describe("what stands for a module of Node in the bundle", () => {
  test("is known by its name with and without node:", () => {
    expect(["node:fs", "fs", "timers/promises", "yaml", "node:sea"].map(builtinName)).toEqual([
      "fs",
      "fs",
      "timers/promises",
      undefined,
      undefined,
    ]);
  });

  test("exports the very functions of node:fs", async () => {
    const { readFileSync, constants, default: library } = await standIn("fs");
    expect([readFileSync, constants]).toEqual([fs.readFileSync, fs.constants]);
    expect(library).toBe(fs);
  });

  test("loads node:crypto when one of its functions is called", async () => {
    const { hash, Hash } = await standIn("crypto");
    expect((hash as typeof crypto.hash)("sha256", "a")).toBe(crypto.hash("sha256", "a"));
    expect(Hash).toBe(crypto.Hash);
    expect(builtinStandIn("crypto")).toContain("const hash = (...args) =>");
  });

  test("leaves functions with properties of their own as they are", async () => {
    const { execFile } = await standIn("child_process");
    expect(Object.getOwnPropertySymbols(execFile)).not.toEqual([]);
  });
});
