import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonSchemaOf } from "../../src/functions/schema.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { FILESYSTEM } from "../../src/toolsets/filesystem/filesystem-config.ts";
import { rowsOf } from "../support/described.ts";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";
import { rowsBelow, tableBelow } from "../support/reference-table.ts";
import { openTools, toolOf } from "./filesystem-tools.ts";

const REFERENCE = readFileSync(
  new URL("../../docs/toolsets/filesystem.md", import.meta.url),
  "utf8",
);

/** What the tools' own rules say of a path: of reading, listing and writing it. */
function rulesOf(cwd: string, config: JsonObject, path: string) {
  const { tools } = openTools(cwd, config);
  return ["read_file", "list_files", "write_file"].map((name) =>
    toolOf(tools, name).approval({ path, content: "" }),
  );
}

describe("who is asked", () => {
  test.each<[string, JsonObject, string, readonly string[]]>([
    ["for writes alone, by default", {}, "x", ["allow", "allow", "ask"]],
    ["for nothing", { write_approval: false }, "x", ["allow", "allow", "allow"]],
    ["for everything", { read_approval: true }, "x", ["ask", "ask", "ask"]],
    ["as configured with base_path", { base_path: "." }, "a/../x", ["allow", "allow", "ask"]],
    ["outside of the project always", { write_approval: false }, "../x", ["ask", "ask", "ask"]],
    ["the same, by absolute path", { write_approval: false }, "/etc", ["ask", "ask", "ask"]],
    [
      "never for a path that is refused anyway",
      { base_path: "data", write_approval: false },
      "../x",
      ["allow", "allow", "allow"],
    ],
  ])("%s", (_when, config, path, rules) => {
    using folder = temporaryFolder();
    expect(rulesOf(folder.path, config, path)).toEqual(rules);
  });

  test("for nothing below the project's absolute path", () => {
    using folder = temporaryFolder();
    expect(rulesOf(folder.path, {}, join(folder.path, "x"))).toEqual(["allow", "allow", "ask"]);
  });
});

describe("what a person is shown of a write", () => {
  const previewOf = (cwd: string, config: JsonObject, path: string) =>
    toolOf(openTools(cwd, config).tools, "write_file").preview?.({ path, content: "new" });

  test("is the content before and after", () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "data/a.txt": "old", "data/b": "\0", "c.txt": "top" });
    const base = { base_path: "data" };
    const change = { kind: "file-change", after: "new" };
    expect(previewOf(folder.path, base, "a.txt")).toEqual({
      ...change,
      path: join("data", "a.txt"),
      before: "old",
    });
    expect(previewOf(folder.path, base, "new/x.txt")).toEqual({
      ...change,
      path: join("data", "new", "x.txt"),
      before: undefined,
    });
    const { before } = previewOf(folder.path, base, "b") as { before: string };
    expect(before).toMatch(/^\(not text: \d+ bytes?, SHA-256 [0-9a-f]{64}\)$/);
    expect(previewOf(folder.path, base, "../c.txt")).toMatchObject({
      before: expect.stringMatching(/^\(it is outside of base_path/),
    });
    expect(previewOf(folder.path, {}, join(folder.path, "c.txt"))).toEqual({
      ...change,
      path: "c.txt",
      before: "top",
    });
  });

  test("names a file outside of the project by its absolute path", () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "project/a.txt": "", "b.txt": "old" });
    expect(previewOf(join(folder.path, "project"), {}, "../b.txt")).toMatchObject({
      path: join(folder.path, "b.txt"),
      before: "old",
    });
  });
});

describe("the configuration", () => {
  test.each<[JsonObject, string]>([
    [{ base_pth: "x" }, 'unknown key "base_pth" in "toolsets.filesystem"'],
    [{ sandbox: 1 }, 'unknown key "sandbox" in "toolsets.filesystem"'],
    [{ toString: 1 }, 'unknown key "toString" in "toolsets.filesystem"'],
    [{ base_path: "" }, 'filesystem.base_path" must be the path of a folder, not text ""'],
    [{ base_path: ["a"] }, 'filesystem.base_path" must be the path of a folder, not a list'],
    [{ base_path: "a\0" }, 'filesystem.base_path" must be the path of a folder, not text'],
    [{ read_approval: "no" }, 'filesystem.read_approval" must be true or false, not text "no"'],
  ])("%j is refused", (config, message) => {
    expect(() => openTools("/project", config)).toThrow(message);
  });

  test("counts null as absent", () => {
    const nothing = { base_path: null, read_approval: null, write_approval: null };
    expect(rulesOf("/project", nothing, "x")).toEqual(["allow", "allow", "ask"]);
  });

  test("takes ~ for the person's home in base_path", () => {
    const { tools } = openTools("/project", { base_path: "~/some-folder" });
    const preview = toolOf(tools, "write_file").preview?.({ path: "x", content: "" });
    expect(preview).toMatchObject({ path: join(homedir(), "some-folder/x") });
  });
});

describe("the reference", () => {
  test("lists the keys of the configuration, and all that is said of them", () => {
    expect(rowsBelow(REFERENCE, "## Configuration")).toEqual(rowsOf(FILESYSTEM));
  });

  test.each(["read_file", "write_file", "list_files"])("lists what %s takes", (name) => {
    const { properties } = jsonSchemaOf(toolOf(openTools("/x").tools, name).input, "input", name);
    const expected = Object.entries(properties as Record<string, JsonObject>).map(
      ([key, { default: fallback }]) => [key, fallback === undefined ? "" : String(fallback)],
    );
    const listed = tableBelow(REFERENCE, `### ${name}`);
    expect(listed.map((row) => row.map((cell) => cell.replaceAll("`", "")))).toEqual(expected);
  });
});
