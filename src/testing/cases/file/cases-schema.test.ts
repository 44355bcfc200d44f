import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { EXIT } from "../../../errors/codes.ts";
import type { JsonObject } from "../../../model/json.ts";
import { LIMITS } from "../../../worker/limits.ts";
import { CASE, CASE_FILE, EXPECT } from "./case-keys.ts";
import { CASES_SCHEMA } from "./cases-schema.ts";
import { parseCases } from "./parse-cases.ts";

function at(schema: JsonObject, ...path: readonly string[]): JsonObject {
  return path.reduce((inner, key) => inner[key] as JsonObject, schema);
}

function keysAt(...path: readonly string[]): readonly string[] {
  return Object.keys(at(CASES_SCHEMA, ...path, "properties")).toSorted();
}

describe("the schema for editors", () => {
  const one = ["properties", "cases", "items"];

  test("has every key that is read, and no other", () => {
    expect(keysAt()).toEqual(Object.keys(CASE_FILE.keys).toSorted());
    expect(keysAt(...one)).toEqual(Object.keys(CASE.keys).toSorted());
    expect(keysAt(...one, "properties", "expect")).toEqual(Object.keys(EXPECT.keys).toSorted());
    expect(keysAt("properties", "limits")).toEqual(Object.keys(LIMITS.keys).toSorted());
  });

  test("has every exit code", () => {
    const { enum: codes } = at(
      CASES_SCHEMA,
      ...one,
      "properties",
      "expect",
      "properties",
      "exit_code",
    );
    expect(codes).toEqual(Object.values(EXIT));
  });

  const checker = z.fromJSONSchema(CASES_SCHEMA as Parameters<typeof z.fromJSONSchema>[0]);
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
    expect(checker.safeParse(parse(text)).success).toBe(takes);
    const read = () => parseCases(text, "/p/main.cases.yaml");
    if (takes) expect(read).not.toThrow();
    else expect(read).toThrow();
  });
});
