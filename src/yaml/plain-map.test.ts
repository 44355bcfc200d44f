import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYamlText, parseYamlTree } from "./parse-yaml-tree.ts";
import { readPlainMap } from "./plain-map.ts";
import type { YamlSource } from "./yaml-source.ts";

const SOURCE: YamlSource = { file: "f", code: "worker", verb: "load", noun: "front matter" };

const pieces = [
  "\n",
  " ",
  ":",
  ": ",
  "a",
  "b_c",
  "name: main",
  "yes",
  "null",
  "0x1",
  "1e3",
  ".",
  "-",
];
const more = [
  "- ",
  "# c",
  "'",
  '"',
  "{}",
  "[",
  "&a ",
  "*a",
  "!x ",
  "|",
  ">",
  "...",
  "---",
  "\r",
  "\t",
];
const text = fc
  .array(fc.constantFrom(...pieces, ...more, "x: words of a text", "\nk: v", "é", "<<", "inf"))
  .map((parts) => `\n${parts.join("")}\n`);

const key = fc.constantFrom("name", "model", "description", "a_b", "null");
const word = fc.constantFrom(
  "main",
  "anthropic:claude-haiku-4-5",
  "Now",
  "e3",
  "true",
  "Infinity",
  "a/b.c",
);
const line = fc.tuple(key, fc.array(word, { minLength: 1 }));
const simple = fc
  .array(line, { minLength: 1 })
  .map((lines) => `\n${lines.map(([name, words]) => `${name}: ${words.join(" ")}\n`).join("")}`);

describe("readPlainMap", () => {
  test("reads front matter of words", () => {
    const yaml = "\nname: main\nmodel: anthropic:claude-haiku-4-5\ndescription: Welcome a person\n";
    expect(readPlainMap(yaml, "f")?.entries.size).toBe(3);
  });

  test.each([
    "\na: 1\n",
    "\na: yes\n",
    "\na: b: c\n",
    "\na: b #c\n",
    "\na: b\na: c\n",
    "\na:\n",
    "\n",
  ])("is not sure of %j", (yaml) => expect(readPlainMap(yaml, "f")).toBeUndefined());

  test("says what the parser says, with the same places", () => {
    fc.assert(
      fc.property(fc.oneof(text, simple), (yaml) => {
        const read = readPlainMap(yaml, SOURCE.file);
        fc.pre(read !== undefined);
        expect(read).toEqual(parseYamlText(yaml, SOURCE));
        expect(parseYamlTree(yaml, SOURCE)).toEqual(read);
      }),
      { numRuns: 1000 },
    );
  });
});
