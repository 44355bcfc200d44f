import { describe, expect, test } from "vitest";
import type { Json, JsonSchema } from "../../model/json.ts";
import { formatPath } from "../../yaml/path.ts";
import { readSchema, UnheldPart } from "./read-schema.ts";

const LARGE = "x".repeat(1_000_000);
const text = { type: "string" };
const FORMATS: ReadonlySet<string> = new Set(["email"]);

/** The part that is refused, what is said of it, and what to try. */
function unheld(schema: JsonSchema): readonly string[] {
  try {
    readSchema(schema, FORMATS);
    return [];
  } catch (error) {
    if (!(error instanceof UnheldPart)) throw error;
    const { path, reason, hint } = error.problem;
    return [formatPath(path), reason, hint];
  }
}

function nested(levels: number, around: (inner: Json) => Json): JsonSchema {
  let schema: Json = {};
  for (let level = 0; level < levels; level++) schema = around(schema);
  return schema as JsonSchema;
}

const isTooDeep = "is nested more than 100 levels deep";

describe("a part that values could not be held to is refused", () => {
  test.each<[string, string, JsonSchema]>([
    ['items[1]["$dynamicRef"]', "is not supported", { items: [{}, { $dynamicRef: "#" }] }],
    ['["$dynamicAnchor"]', "is not supported", { $dynamicAnchor: "a" }],
    ['["$recursiveRef"]', "is not supported", { $recursiveRef: "#" }],
    ['["$vocabulary"]', "is not supported", { $vocabulary: {} }],
    ["properties.a.nullable", "is not supported", { properties: { a: { nullable: true } } }],
    ["divisibleBy", "is not supported", { divisibleBy: 2 }],
    ['["$ref"]', "leads to a metaschema", { $ref: "https://json-schema.org/draft/2020-12/schema" }],
    ['not["$ref"]', "leads out of this schema", { not: { $ref: "https://a.test/b.json#/c" } }],
    ['["$ref"]', "leads out of this schema", { $ref: "b.json" }],
    ['["$ref"]', "leads nowhere", { $ref: "#/$defs/a" }],
    ['["$ref"]', "leads nowhere", { $ref: "#anchor" }],
    ['["$ref"]', "leads nowhere", { $ref: "#/$defs/%" }],
    ["title", "is not a schema", { $ref: "#/title", title: "a" }],
    ["", "leads back to itself without going into a value", { $ref: "#" }],
    ["", "leads back to itself without going into a value", { anyOf: [text, { $ref: "#" }] }],
    [
      '["$defs"].a',
      "leads back to itself without going into a value",
      { items: { $ref: "#/$defs/a" }, $defs: { a: { not: { $ref: "#/$defs/a" } } } },
    ],
    ['["$defs"].b["$anchor"]', "names two schemas", twice({ $anchor: "a" })],
    ['["$defs"].b["$id"]', "names two schemas", twice({ $id: "a.json" })],
    ['["$id"]', "is not a URI", { $id: "http://[" }],
    ["", isTooDeep, nested(20_000, (not) => ({ not }))],
    ["", isTooDeep, { const: nested(101, (a) => ({ a })) }],
    ["pattern", "is not a regular expression: Unterminated character class", { pattern: "[" }],
    ["pattern", "is not a regular expression: Regular expression too large", { pattern: LARGE }],
    ['patternProperties["("]', "is not a regular expression", { patternProperties: { "(": {} } }],
    ["type", "is unknown", { type: "text" }],
    ["type", "is unknown", { type: ["string", "any"] }],
    ["type", "is unknown", { type: [] }],
    ["required", "must be a list of names", { required: "a" }],
    ["required", "must be a list of names", { required: true }],
    ["required", "must be a list of names", { required: [1] }],
    ["minimum", "must be a number", { minimum: "1" }],
    ["exclusiveMinimum", "must be a number", { exclusiveMinimum: true }],
    ["multipleOf", "must be a number above 0", { multipleOf: 0 }],
    ["minLength", "must be a whole number, 0 or more", { minLength: -1 }],
    ["maxItems", "must be a whole number, 0 or more", { maxItems: 1.5 }],
    ["uniqueItems", "must be true or false", { uniqueItems: 1 }],
    ["pattern", "must be a text", { pattern: 1 }],
    ["enum", "must be a list of values", { enum: 1 }],
    ["dependentRequired", "must be a map of lists of names", { dependentRequired: { a: "b" } }],
    ["dependencies.a", "must be a list of names", { dependencies: { a: [1] } }],
    ["properties", "must be a map of schemas", { properties: 5 }],
    ["properties.a", "is not a schema", { properties: { a: "string" } }],
    ["additionalProperties", "is not a schema", { additionalProperties: null }],
    ["anyOf", "must be a list of schemas", { anyOf: text }],
    ["allOf", "must be a list of schemas", { allOf: [] }],
    ["items", "is not a schema", { items: 1 }],
  ])("%s %s", (part, reason, schema) => {
    const [foundPart, foundReason, hint] = unheld(schema);
    expect(foundPart).toBe(part);
    expect(foundReason).toContain(reason);
    expect(hint).not.toBe("");
  });

  test("with a hint that says what to write", () => {
    expect(unheld({ $ref: "#/$defs/Nmae", $defs: { Name: {} } })[2]).toBe('write "#/$defs/Name"');
    expect(unheld({ type: "string", nullable: true })[2]).toContain('type: [string, "null"]');
    expect(unheld({ exclusiveMaximum: true })[2]).toContain("exclusiveMaximum: 5");
  });

  test("where it leads through a hundred schemas for one value", () => {
    const chain = (length: number) => ({
      $ref: "#/$defs/0",
      $defs: Object.fromEntries(
        Array.from({ length }, (_, at) => [
          at,
          at === length - 1 ? {} : { $ref: `#/$defs/${at + 1}` },
        ]),
      ),
    });
    expect(unheld(chain(99))).toEqual([]);
    expect(unheld(chain(101))[1]).toMatch(/^leads through more than 100 schemas/);
    expect(unheld(chain(50_000))[1]).toMatch(/^leads through more than 100 schemas/);
  });
});

test.each<[string, JsonSchema]>([
  ["annotations", { title: "A", examples: [{ a: 1 }], "x-y": 1, discriminator: { $ref: "#" } }],
  ["properties that are called like keywords", { properties: { not: text, nullable: text } }],
  ["a default that looks like a schema", { default: { $ref: 1, not: 2 } }],
  ["a constant that looks like a schema", { const: { $ref: "#/a", $id: "http://[" } }],
  ["a reference to the root from a part", { properties: { next: { $ref: "#" } } }],
  ["a reference to any part", { properties: { a: text, b: { $ref: "#/properties/a" } } }],
  ["a reference to what nothing else reads", { $ref: "#/x-types/a~1b", "x-types": { "a/b": {} } }],
  ["anchors and identifiers", { $id: "https://a.test/b", $ref: "c#d", $defs: { c: named("c") } }],
  ["anchors as draft 7 writes them", { $ref: "#d", definitions: { a: { $id: "#d" } } }],
  ["formats that nobody knows", { format: "constructor" }],
])("%s are taken", (_what, schema) => {
  expect(unheld(schema)).toEqual([]);
});

function named($id: string): JsonSchema {
  return { $id, $defs: { inner: { $anchor: "d" } } };
}

function twice(schema: JsonSchema): JsonSchema {
  return { $defs: { a: schema, b: schema } };
}
