import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { writeFiles } from "../../../tests/support/project.ts";
import { nodeFileSystem } from "../../host/files/node-file-system.ts";
import { codeHash } from "./fingerprints.ts";

const FILES = {
  "tool.ts": 'import { a } from "./parts/a.ts";\nimport z from "zod";\nexport const t = a;\n',
  "parts/a.ts": "export { b as a } from './b.js';\nawait import(\"./c.json\");\n",
  "parts/b.ts": 'import "../tool.ts";\nexport const b = 1;\n',
  "parts/c.json": "1\n",
  "other.ts": "export const other = 1;\n",
};

function hashOf(changes: Partial<typeof FILES> = {}): string {
  using folder = temporaryFolder();
  writeFiles(folder.path, { ...FILES, ...changes });
  return codeHash(`${folder.path}/tool.ts`, nodeFileSystem);
}

describe("the hash of a tool's code", () => {
  test("is the same wherever the files are, and with other ends of lines", () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf()).toBe(hashOf());
    expect(hashOf({ "tool.ts": FILES["tool.ts"].replaceAll("\n", "\r\n") })).toBe(hashOf());
  });

  test.each(["tool.ts", "parts/a.ts", "parts/b.ts", "parts/c.json"] as const)(
    "changes with %s",
    (name) => {
      expect(hashOf({ [name]: `${FILES[name]} ` })).not.toBe(hashOf());
    },
  );

  test("does not change with a file that is not imported", () => {
    expect(hashOf({ "other.ts": "" })).toBe(hashOf());
  });
});
