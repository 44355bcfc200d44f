import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";
import { listOf, recordOf, secret } from "./combine.ts";
import { mapOf, required, rootMap } from "./map.ts";
import { fieldAt, type Reader } from "./reader.ts";
import {
  anyJson,
  flag,
  numberOfAtLeast,
  oneOf,
  text,
  wholeNumber,
  writtenText,
} from "./scalars.ts";

const SOURCE: YamlSource = { file: "f.yaml", code: "file", verb: "read", noun: "the text" };

const SERVER = mapOf(
  {
    host: required(text, "add host: NAME"),
    port: wholeNumber({ least: 1 }),
    open: flag,
    mode: oneOf(["fast", "safe"]),
  },
  { retired: { owner: "version 0", instead: new Map([["hostname", "write host: NAME"]]) } },
);

function read<Value>(reader: Reader<Value>, yaml: string): Value {
  return reader.read({ source: SOURCE, path: ["at"], tree: parseYamlTree(yaml, SOURCE) });
}

function reportOf(reader: Reader<unknown>, yaml: string): string[] {
  try {
    read(reader, yaml);
  } catch (error) {
    if (isLlmDoError(error)) return error.report().split("\n");
    throw error;
  }
  return expect.unreachable("it was taken");
}

describe("a map with known keys", () => {
  test("reads to the keys that are there, in file order", () => {
    const server = read(SERVER, "open: yes\nport:\nhost: here\n");
    expect(Object.entries(server)).toEqual([
      ["open", true],
      ["host", "here"],
    ]);
    server.host satisfies string; // a needed key is never undefined
  });

  test("names the nearest known key, or all of them, at the place of an unknown one", () => {
    expect(reportOf(SERVER, "host: a\nprot: 1\n")).toEqual([
      'Failed to read "f.yaml": unknown key "prot" in "at"',
      "  at f.yaml:2:1",
      'Try: write "port"',
    ]);
    expect(reportOf(SERVER, "__proto__: 1\n").at(-1)).toBe(
      "Try: use one of: host, port, open, mode",
    );
  });

  test("says what to write instead of a retired key", () => {
    expect(reportOf(SERVER, "hostname: a\n")).toEqual([
      'Failed to read "f.yaml": the key "hostname" of version 0 is not supported',
      "  at f.yaml:1:1",
      "Try: write host: NAME",
    ]);
  });

  test.each(["{ port: 1 }", "host: ~", ""])("a needed key is missed in %j", (yaml) => {
    expect(reportOf(SERVER, yaml)).toEqual([
      'Failed to read "f.yaml": "at" has no host',
      "  at f.yaml:1:1",
      "Try: add host: NAME",
    ]);
  });

  test("is nothing else", () => {
    expect(reportOf(SERVER, "[a]")[0]).toContain('"at" must be a map, not a list');
  });
});

describe("a list", () => {
  const numbers = listOf(numberOfAtLeast(0), { expects: "a list of numbers", least: 1 });

  test("reads its items, each with its path in errors", () => {
    expect(read(numbers, "[0, 2.5]")).toEqual([0, 2.5]);
    expect(reportOf(numbers, "[0, -1]").slice(0, 2)).toEqual([
      'Failed to read "f.yaml": "at[1]" must be a number of at least 0, not the number -1',
      "  at f.yaml:1:5",
    ]);
  });

  test("has its least length", () => {
    expect(reportOf(numbers, "[]")[0]).toContain('"at" must be a list of numbers and is empty');
  });
});

test("a map of names reads to those that have a value, and may bound what they are", () => {
  const words = recordOf(text, {
    expects: "a map of texts",
    names: { expects: "a small word", pattern: /^[a-z]+$/ },
  });
  expect([...read(words, "a: b\nc:\n")]).toEqual([["a", "b"]]);
  expect(reportOf(words, "a: b\nC: d\n")).toEqual([
    'Failed to read "f.yaml": "at" has a key that is not a small word',
    "  at f.yaml:2:1",
  ]);
});

test("a value is found by its path, or else the nearest one above it", () => {
  const tree = parseYamlTree("a:\n  - b: 1\n", SOURCE);
  const placeOf = (...path: (string | number)[]) =>
    fieldAt({ source: SOURCE, path: [], tree }, path).tree.place;
  expect(placeOf("a", 0, "b")).toMatchObject({ line: 2, column: 8 });
  expect(placeOf("a", 0, "c")).toMatchObject({ line: 2, column: 5 });
  expect(placeOf("a", 1)).toMatchObject({ line: 2, column: 3 });
});

describe("a scalar", () => {
  test("is text only in quotes where numbers and booleans could be meant", () => {
    expect(read(text, '"1"')).toBe("1");
    expect(reportOf(text, "1").at(-1)).toBe('Try: write it in quotes: "1"');
  });

  test.each([
    ["1.50", "1.50"],
    ["True", "True"],
    ["'quoted'", "quoted"],
    ["0x1F", "0x1F"],
  ])("%s is text as it is written", (yaml, written) => {
    expect(read(writtenText, yaml)).toBe(written);
  });

  test("is one of some names, of which the nearest is named", () => {
    const mode = oneOf(["fast", "safe"]);
    expect(read(mode, "safe")).toBe("safe");
    expect(reportOf(mode, "saef").at(-1)).toBe('Try: write "safe"');
  });
});

describe("a secret", () => {
  test.each([
    ["sk-12", '"at" must be one of fast, safe, not this text'],
    ["12", '"at" must be one of fast, safe, not a number'],
  ])("%s is not shown", (yaml, reason) => {
    expect(reportOf(secret(oneOf(["fast", "safe"])), yaml)[0]).toBe(
      `Failed to read "f.yaml": ${reason}`,
    );
  });

  test("is answered with what to write all the same", () => {
    expect(reportOf(secret(oneOf(["fast", "safe"])), "saef").at(-1)).toBe('Try: write "safe"');
    expect(reportOf(secret(text), "12").at(-1)).toBe("Try: write it in quotes");
  });
});

test("a record leaves out what is null, unless it is read, too", () => {
  const options = { expects: "a map of ports" };
  expect([...read(recordOf(anyJson, options), "{ a: 1, b: ~ }")]).toEqual([["a", 1]]);
  const all = recordOf(anyJson, { ...options, readsNull: true });
  expect([...read(all, "{ a: 1, b: ~ }")]).toEqual([
    ["a", 1],
    ["b", null],
  ]);
});

test("any value reads as JSON", () => {
  expect(read(anyJson, "{ a: [1, yes, ~] }")).toEqual({ a: [1, "yes", null] });
});

describe("a whole text", () => {
  test("is a map, also where there is nothing", () => {
    const empty = rootMap(parseYamlTree("# nothing\n", SOURCE), SOURCE, "host: here");
    expect(empty.entries.size).toBe(0);
  });

  test("is no list", () => {
    const tree = parseYamlTree("- a\n", SOURCE);
    expect(() => rootMap(tree, SOURCE, "host: here")).toThrow(
      "the text must be keys with values, not a list",
    );
  });
});
