import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainJson } from "./code-resolution.ts";

describe("JSON with comments", () => {
  test.each([
    ['{ "a": 1, // one\n "b": [2, /* two, } */ 3,], }', { a: 1, b: [2, 3] }],
    ['// first\n{ "a//b": "/* no comment */, }" } // last', { "a//b": "/* no comment */, }" }],
    ['{ "a": "\\", ]", }', { a: '", ]' }],
    ["[1, // one\n\n /* two */ // three\n ]", [1]],
    ["[]", []],
    ["{ /**/ }", {}],
  ])("%s", (text, value) => {
    expect(JSON.parse(plainJson(text))).toEqual(value);
  });

  test("any JSON with comments and commas in it says the same", () => {
    const blank = fc.constantFrom("", " ", "\n", "/* a, ] */", "// b }\n", "/**/", "//////\n");
    fc.assert(
      fc.property(fc.jsonValue(), blank, blank, (value, before, behind) => {
        const text = JSON.stringify([value, { a: [value] }], null, 1).replace(
          /\n( *)([\]}])/g,
          `,${before}\n$1$2`,
        );
        expect(JSON.parse(plainJson(behind + text + before))).toEqual(
          JSON.parse(JSON.stringify([value, { a: [value] }])),
        );
      }),
    );
  });

  test.each([
    ["a line of slashes behind a comma", `{ "a": 1, ${"/".repeat(200_000)}\n "b": 2 }`],
    ["comments that do not end", "/* ".repeat(200_000)],
    ["commas", ", ".repeat(200_000)],
    ["quotes", '\\"'.repeat(200_000)],
    ["blanks behind a comma", `[1,${" ".repeat(200_000)}`],
    ["comments behind commas", ", /**/ //x\n".repeat(100_000)],
  ])("is read in one pass: %s", (_name, text) => {
    const start = performance.now();
    plainJson(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
