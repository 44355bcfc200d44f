import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { writeFiles } from "../../../tests/support/project.ts";
import { nodeFileSystem } from "../../host/files/node-file-system.ts";
import { codeHash } from "./fingerprints.ts";

const FILES = {
  "package.json": "{}\n",
  "mail/tool.ts": 'import { a } from "./parts/a.ts";\nimport z from "zod";\nexport const t = a;\n',
  "mail/parts/a.ts": "export { b as a } from './b.js';\nawait import(\"./c.json\");\n",
  "mail/parts/b.ts": 'import "../tool.ts";\nexport const b = 1;\n',
  "mail/parts/c.json": "1\n",
  "mail/data/sep.json": '"-"\n',
  "mail/other.ts": "export const other = 1;\n",
  "mail/data/other.json": "2\n",
  "shared/words.txt": "a\n",
};

type Files = typeof FILES;

function hashOf(changes: Partial<Files> = {}): string {
  using folder = temporaryFolder();
  writeFiles(folder.path, { ...FILES, ...changes });
  return codeHash(`${folder.path}/mail/tool.ts`, nodeFileSystem);
}

describe("the hash of a tool's code", () => {
  test("is the same wherever the files are, and with other ends of lines", () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf()).toBe(hashOf());
    const crossed = FILES["mail/tool.ts"].replaceAll("\n", "\r\n");
    expect(hashOf({ "mail/tool.ts": crossed })).toBe(hashOf());
  });

  test.each(["mail/tool.ts", "mail/parts/a.ts", "mail/parts/b.ts", "mail/parts/c.json"] as const)(
    "changes with %s",
    (name) => {
      expect(hashOf({ [name]: `${FILES[name]} ` })).not.toBe(hashOf());
    },
  );

  test.each([
    ['readFileSync(new URL("./data/sep.json", import.meta.url), "utf8")', "mail/data/sep.json"],
    ["const file = './data/sep.json'; later(file)", "mail/data/sep.json"],
    ['import sep from "./data/sep.json" with { type: "json" };', "mail/data/sep.json"],
    ['readFileSync(join(import.meta.dirname, "data", "sep.json"), "utf8")', "mail/data/sep.json"],
    ['readFileSync(path.resolve(here, "data/sep.json"))', "mail/data/sep.json"],
    ["/['\"]/.test(x) || read('./data/sep.json')", "mail/data/sep.json"],
    ["readFileSync(`${import.meta.dirname}/data/sep.json`)", "mail/data/sep.json"],
    ['readFileSync("mail/data/sep.json", "utf8")', "mail/data/sep.json"],
    ['await readFile("shared/words.txt")', "shared/words.txt"],
    ['new URL("../shared/words.txt", import.meta.url)', "shared/words.txt"],
    ['openSync("shared/words.txt", "r")', "shared/words.txt"],
  ] as const)("changes with the data that %s reads", (code, name) => {
    const tool = { "mail/tool.ts": `${FILES["mail/tool.ts"]}${code}\n` };
    expect(hashOf({ ...tool, [name]: "3\n" })).not.toBe(hashOf(tool));
    expect(hashOf({ ...tool, [name]: `${FILES[name].trim()}\r\n` })).toBe(hashOf(tool));
    expect(hashOf({ ...tool, "mail/data/other.json": "3\n" })).toBe(hashOf(tool));
  });

  test("changes with each byte of data that is not text", () => {
    const hashes = [0xfe, 0xff].map((byte) => {
      using folder = temporaryFolder();
      writeFiles(folder.path, {
        ...FILES,
        "mail/tool.ts": 'new URL("./table.bin", import.meta.url)',
      });
      nodeFileSystem.write(`${folder.path}/mail/table.bin`, Buffer.from([byte]));
      return codeHash(`${folder.path}/mail/tool.ts`, nodeFileSystem);
    });
    expect(new Set(hashes).size).toBe(2);
  });

  test("does not change with a file that nobody names, or with code that data names", () => {
    expect(hashOf({ "mail/other.ts": "", "package.json": "[]" })).toBe(hashOf());
    const named = { "mail/parts/c.json": '"./../other.ts"' } as const;
    expect(hashOf({ ...named, "mail/other.ts": "" })).toBe(hashOf(named));
  });

  test("of a guard is not changed by the tool that it imports, or by what only that imports", () => {
    const guardOf = (changes: Partial<Files> = {}) => {
      using folder = temporaryFolder();
      const guard = 'import { t } from "./tool.ts";\nimport sep from "./data/sep.json";\n';
      writeFiles(folder.path, { ...FILES, "mail/guard.ts": guard, ...changes });
      const at = (name: string) => `${folder.path}/mail/${name}`;
      expect(codeHash(at("tool.ts"), nodeFileSystem, at("tool.ts"))).toBe(
        codeHash(at("tool.ts"), nodeFileSystem),
      );
      return codeHash(at("guard.ts"), nodeFileSystem, at("tool.ts"));
    };
    expect(guardOf({ "mail/tool.ts": `${FILES["mail/tool.ts"]} ` })).toBe(guardOf());
    expect(guardOf({ "mail/parts/a.ts": `${FILES["mail/parts/a.ts"]} ` })).toBe(guardOf());
    expect(guardOf({ "mail/data/sep.json": "3\n" })).not.toBe(guardOf());
  });
});
