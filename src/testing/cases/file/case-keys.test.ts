import { Validator } from "@cfworker/json-schema";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import { schemaOf } from "../../../format/schema.ts";
import { CASE_FILE } from "./case-keys.ts";
import { parseCases } from "./parse-cases.ts";

describe("the schema of a file of cases", () => {
  const checker = new Validator(schemaOf("cases", CASE_FILE), "2020-12");
  const files: readonly (readonly [takes: boolean, text: string])[] = [
    [true, "cases: [{ name: a }]"],
    [
      true,
      "workspace: w\ncases: [{ name: a, input: { n: 1 }, expect: { output: { contains: x } } }]",
    ],
    [true, "cases: [{ name: a, approvals: { f: deny }, expect: { exit_code: 4, never: [f] } }]"],
    [true, "cases: [{ name: a, samples: 20, min_pass: 0.9, expect: { error: lost } }]"],
    [true, "cases: [{ name: a, expect: { calls: [{ function: f, times: { least: 2 } }] } }]"],
    [true, "cases: [{ name: a, effects: { f: live, g: { output: null }, h: { error: lost } } }]"],
    [true, "cases: [{ name: a, expect: { output: { contians: x } } }]"],
    [
      true,
      "cases: [{ name: a, expect: { files: { a: present, b: absent, c: { contains: x } } } }]",
    ],
    [false, "cases: [{ name: a, expect: { output: { contains: [] } } }]"],
    [false, "cases: [{ name: a, expect: { output: { fields: { a: { matches: 1 } } } } }]"],
    [
      false,
      "cases: [{ name: a, expect: { calls: [{ function: f, input: { a: { schema: x } } }] } }]",
    ],
    [false, "cases: [{ name: a, expect: { judge: { least: 0.5 } } }]"],
    [false, "cases: [{ name: a, effects: { f: recorded } }]"],
    [false, "cases: [{ name: a, effects: { f: { output: 1, error: lost } } }]"],
    [false, "cases: [{ name: a, effects: { f: {} } }]"],
    [false, "cases: []"],
    [false, "cases: [{ input: x }]"],
    [false, "cases: [{ name: a, inptu: x }]"],
    [false, "cases: [{ name: a, approvals: maybe }]"],
    [false, "cases: [{ name: a, samples: 0 }]"],
    [false, "cases: [{ name: a, expect: { exit_code: 9 } }]"],
    [false, "cases: [{ name: a, expect: { calls: [{ times: 1 }] } }]"],
    [false, "cases: [{ name: a, limits: { max_call: 1 } }]"],
  ];

  test.each(files)("takes (%s), as the reader does: %s", (takes, text) => {
    expect(checker.validate(parse(text)).valid).toBe(takes);
    const read = () => parseCases(text, "/p/main.cases.yaml");
    if (takes) expect(read).not.toThrow();
    else expect(read).toThrow();
  });
});

describe("a matcher with a misspelt key", () => {
  const reportOf = (matcher: string) => {
    try {
      parseCases(`cases:\n  - name: a\n    expect:\n      output: ${matcher}\n`, "/p/c", "c");
    } catch (error) {
      if (isLlmDoError(error)) return error.report().split("\n");
      throw error;
    }
    return expect.unreachable("it was taken");
  };

  test("is an error where another of its keys says that it is one", () => {
    expect(reportOf("{ contains: Ada, mathces: ^Hello }")).toEqual([
      'Failed to load "c": unknown key "mathces" in "cases[0].expect.output"',
      "  at c:4:32",
      'Try: write "matches"',
    ]);
    expect(reportOf("{ fields: { a: { not: 1, contian: x } } }").at(1)).toBe("  at c:4:40");
  });

  test.each(["{ contians: Ada }", "{ contains: Ada, name: x }", "{ not: 1, note: x, name: y }"])(
    "%s is a value",
    (value) => {
      const text = `cases: [{ name: a, expect: { output: ${value} } }]`;
      const output = parseCases(text, "/p/c").cases[0]?.expect.output;
      expect(output).toEqual({ kind: "equals", value: parse(value) });
    },
  );
});
