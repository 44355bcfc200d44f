import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../json.ts";
import { schemaLine, schemaType } from "./schema-type.ts";

const cases: Readonly<Record<string, readonly [JsonSchema, string]>> = {
  "nothing said": [{}, "unknown"],
  "a text": [{ type: "string", minLength: 1, description: "A name." }, "string"],
  "a whole number": [{ type: "integer" }, "number"],
  "several types": [{ type: ["string", "null"] }, "string | null"],
  "an unknown type": [{ type: "date" }, "unknown"],
  "a constant": [{ const: "a\nb" }, '"a\\nb"'],
  "a choice": [{ type: "string", enum: ["a", 1, null, true] }, '"a" | 1 | null | true'],
  "constants with parts": [{ enum: [["a"], { b: 1 }] }, 'readonly ["a"] | { readonly b: 1 }'],
  "a union": [{ anyOf: [{ type: "string" }, { type: "number" }] }, "string | number"],
  "a union with what says nothing": [{ oneOf: [{ type: "string" }, {}] }, "unknown"],
  "a union of one thing twice": [{ oneOf: [{ type: "number" }, { type: "integer" }] }, "number"],
  "an intersection": [
    { allOf: [{ type: "string" }, { enum: ["a", "b"] }] },
    'string & ("a" | "b")',
  ],
  "a list": [{ type: "array", items: { enum: ["a", "b"] } }, 'ReadonlyArray<"a" | "b">'],
  "a list of anything": [{ type: "array" }, "ReadonlyArray<unknown>"],
  "a tuple": [
    {
      type: "array",
      prefixItems: [{ type: "string" }, { type: "number" }],
      items: false,
      minItems: 1,
    },
    "readonly [string, (number)?]",
  ],
  "an open tuple": [
    { type: "array", prefixItems: [{ type: "string" }], minItems: 1, items: { type: "number" } },
    "readonly [string, ...ReadonlyArray<number>]",
  ],
  "any object": [{ type: "object" }, "{\n  readonly [key: string]: unknown;\n}"],
  "a dictionary": [
    { type: "object", additionalProperties: { type: "number" } },
    "{\n  readonly [key: string]: number;\n}",
  ],
  "an empty object": [
    { type: "object", properties: {}, additionalProperties: false },
    "{\n  readonly [key: string]: never;\n}",
  ],
  "an object": [
    {
      properties: { a: { type: "string" }, "b-c": { properties: { d: true } }, constructor: {} },
      required: ["a", "e"],
      additionalProperties: false,
    },
    `{
  readonly a: string;
  readonly "b-c"?: {
    readonly d?: unknown;
  };
  readonly constructor?: unknown;
  readonly e: unknown;
}`,
  ],
  "an open object with names": [
    {
      type: "object",
      properties: { a: { type: "string" } },
      additionalProperties: { type: "string" },
    },
    "{\n  readonly a?: string;\n  readonly [key: string]: unknown;\n}",
  ],
  "a reference": [{ $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "string" } } }, "string"],
  "a reference to nothing here": [{ $ref: "https://example.com/schema.json" }, "unknown"],
  "a schema that holds itself": [
    { type: "object", properties: { next: { $ref: "#" } } },
    "{\n  readonly next?: {\n    readonly next?: unknown;\n  };\n}",
  ],
  "what no value fits": [{ type: "array", items: false }, "ReadonlyArray<never>"],
};

describe("a schema as a type", () => {
  test.each(Object.entries(cases))("%s", (_what, [schema, type]) => {
    expect(schemaType(schema, "")).toBe(type);
  });
});

describe("a schema in a message is one line", () => {
  const lines: readonly (readonly [JsonSchema, string])[] = [
    [{ type: "string" }, "string"],
    [{ type: "object" }, "object"],
    [{ type: "object", additionalProperties: false }, "{}"],
    [{ type: "array", items: { type: ["string", "null"] } }, "Array<string | null>"],
    [
      {
        type: "object",
        properties: { a: { type: "array", items: { type: "integer" } }, "b c": { const: "x" } },
        required: ["b c"],
      },
      '{ a?: number[]; "b c": "x" }',
    ],
    [
      { type: "object", properties: { in: { type: "object", properties: { n: {} } } } },
      "{ in?: { n?: unknown } }",
    ],
    [{ prefixItems: [{ type: "string" }], type: "array", items: false }, "[(string)?]"],
  ];

  test.each(lines)("%j", (schema, line) => {
    expect(schemaLine(schema)).toBe(line);
  });
});
