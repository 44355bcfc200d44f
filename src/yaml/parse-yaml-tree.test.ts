import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { isLlmDoError, type LlmDoError } from "../errors/llm-do-error.ts";
import { parseYamlTree } from "./parse-yaml-tree.ts";
import { isTooLarge } from "./size-bound.ts";
import { treeFromJson, treeToJson } from "./tree.ts";
import type { YamlSource } from "./yaml-source.ts";

const SOURCE: YamlSource = { file: "f", code: "file", verb: "read", noun: "the text" };

describe("parseYamlTree", () => {
  test("keeps the place of keys and values", () => {
    const tree = parseYamlTree("\na: 1\nb:\n  - x\n", SOURCE);
    const b = tree.kind === "map" ? tree.entries.get("b") : undefined;
    expect(b?.keyPlace).toEqual({ file: "f", line: 3, column: 1 });
    expect(b?.value.place).toEqual({ file: "f", line: 4, column: 3 });
  });

  test("what the yaml package prints of a JSON value reads back as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        const yaml = stringify(json, { defaultKeyType: "QUOTE_DOUBLE" }); // a plain << merges
        expect(treeToJson(parseYamlTree(yaml, SOURCE))).toEqual(json);
      }),
    );
  });

  test("a tree made of a JSON value says that value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        expect(treeToJson(treeFromJson(json, { file: "f" }))).toEqual(json);
      }),
    );
  });

  test("names the marks that a merge left", () => {
    const yaml = "\na: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n";
    for (const text of [yaml, yaml.replaceAll("\n", "\r\n")]) {
      expect(() => parseYamlTree(text, SOURCE)).toThrow(
        "a merge left conflict marks in it, from line 3 to 7",
      );
    }
    expect(() => parseYamlTree("title\n=======\na: 1\n", SOURCE)).toThrow("not valid YAML");
  });

  test("__proto__ is a key like any other", () => {
    const json = treeToJson(parseYamlTree("__proto__: { polluted: true }", SOURCE));
    expect(Object.keys(json as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("an alias says what its latest anchor says", () => {
    expect(treeToJson(parseYamlTree("[&a 1, *a, &a 2, *a]", SOURCE))).toEqual([1, 1, 2, 2]);
  });

  test("a merge key adds what is not there, from one map or several", () => {
    const yaml = "a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: [*a, *b], x: 3 }";
    const json = treeToJson(parseYamlTree(yaml, SOURCE));
    expect(json).toMatchObject({ c: { x: 3, y: 1, z: 2 } });
  });

  test("a merge key must name maps, and quoted it is a key like any other", () => {
    expect(failure("a: { <<: 5 }")).toContain('"<<" merges a map or a list of maps');
    expect(treeToJson(parseYamlTree('"<<": 5', SOURCE))).toEqual({ "<<": 5 });
  });

  test("aliases count as what they stand for", () => {
    const list = `[${"x, ".repeat(99)}x]`;
    expect(() => parseYamlTree(`a: &a ${list}\nb: [${"*a, ".repeat(96)}*a]`, SOURCE)).not.toThrow();
    expect(failure(`a: &a ${list}\nb: [${"*a, ".repeat(97)}*a]`)).toContain("10000 values");
  });

  test.each([
    ["[", 200],
    ["[", 20_000],
    ["{a: ", 20_000],
    ["- ", 20_000],
  ])("%s nested %i times is refused", (opening, times) => {
    expect(failure(opening.repeat(times))).toMatch(
      /nested more than 100 levels|not valid YAML|has more than 10000 values/,
    );
  });

  test.each(["!!set { a }", "!!omap [a: 1]", "!!binary aGk=", "!!timestamp 2020-01-01", "!own x"])(
    "the tag in %s is refused",
    (yaml) => {
      expect(failure(`a: ${yaml}`)).toMatch(/tag/i);
    },
  );

  test("an alias stands where it is written", () => {
    const tree = parseYamlTree("- &a { b: 1 }\n- *a\n", SOURCE);
    const places = tree.kind === "list" ? tree.items.map(({ place }) => place.line) : [];
    expect(places).toEqual([1, 2]);
  });

  test("a scalar remembers how it is written", () => {
    const tree = parseYamlTree("[1.50, True, 'it''s', ~, \"a\\tb\"]", SOURCE);
    const items = tree.kind === "list" ? tree.items : [];
    expect(items.map((item) => item.kind === "scalar" && item.written)).toEqual([
      "1.50",
      "True",
      "it's",
      "~",
      "a\tb",
    ]);
  });

  test("an error is the source's: its code, verb and noun, and its limit of values", () => {
    const source: YamlSource = { ...SOURCE, code: "configuration", verb: "load", maxValues: 3 };
    const error = thrown(() => parseYamlTree("[1, 2, 3]", source));
    expect(error.code).toBe("configuration");
    expect(error.report()).toBe(
      'Failed to load "f": the text has more than 3 values, those behind aliases counted\n  at f:1:1',
    );
  });

  test.each([
    ["many keys", Array.from({ length: 1_000_000 }, (_, at) => `k${at}: 1\n`).join("")],
    ["many anchors", `[${Array.from({ length: 100_000 }, (_, at) => `&a${at} 1, `).join("")}]`],
    ["many aliases", `a: &a 1\nb: [${"*a, ".repeat(100_000)}]`],
    ["commas", ",".repeat(1_000_000)],
    ["anchors", `a: [${"&a b, ".repeat(25_000)}]`],
    ["tags", `a: [${"!!str x, ".repeat(25_000)}]`],
    ["escapes that are none", `a: "${"\\q".repeat(500_000)}"`],
    ["escapes that are cut short", `a: "${"\\u00".repeat(500_000)}"`],
    ["escaped line breaks", `a: "${"\\\n".repeat(500_000)}"`],
    ["empty lines", "\n".repeat(1_000_000)],
    ["one text of 5 MB", `a: "${"x".repeat(5_000_000)}"`],
  ])("%s are refused before they are parsed", (_name, yaml) => {
    const beganMs = performance.now();
    expect(failure(yaml)).toMatch(/: the text (?:has more than 10000 values|is larger than 4 MB)$/);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });

  test("a text is no more than one value, however long and whatever is in it", () => {
    const prose = "well, this: is [a] {long} text - with all that\n".repeat(60_000);
    const block = `a: |\n  ${prose.replaceAll("\n", "\n  ")}\nb: ${JSON.stringify(prose)}\n`;
    expect(isTooLarge(block.slice(0, 3_000_000), 100)).toBe(false);
    const escapes =
      '\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\"\\/\\\\\\N\\_\\L\\P\\x41\\u0041\\U0001F600\\U0010FFFF\\\n  ';
    expect(isTooLarge(`a: "${escapes.repeat(10_000)}"`, 100)).toBe(false);
    expect(parseYamlTree(`a: "${escapes}"`, SOURCE)).toBeDefined();
    expect(isTooLarge(`${"\n".repeat(200)}${block}`, 100)).toBe(true);
  });

  test("a %YAML 1.1 directive changes nothing", () => {
    expect(treeToJson(parseYamlTree("%YAML 1.1\n--- \na: yes", SOURCE))).toEqual({ a: "yes" });
  });
});

function failure(yaml: string): string {
  return thrown(() => parseYamlTree(yaml, SOURCE)).message;
}

function thrown(parse: () => unknown): LlmDoError {
  try {
    parse();
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
  throw new Error("it was taken");
}
