import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Json, JsonObject, JsonSchema } from "../json.ts";
import { generateExample } from "./example-of-schema.ts";

/** zod reads the schema and judges the value: a second opinion that knows nothing of ours. */
function judge(schema: JsonSchema, value: Json | undefined): void {
  const read = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  const verdict = read.safeParse(value);
  const shown = `${JSON.stringify(value)} for ${JSON.stringify(schema)}`;
  expect(verdict.success, `${shown}: ${verdict.error?.message}`).toBe(true);
}

const small = fc.nat({ max: 4 });
const FORMATS = ["date-time", "date", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname"];

const strings = fc.tuple(small, small, fc.boolean()).map(([least, more, bounded]) => ({
  type: "string",
  ...(bounded ? { minLength: least, maxLength: least + more } : {}),
}));
const formats = fc.constantFrom(...FORMATS).map((format) => ({ type: "string", format }));
const patterns = fc
  .constantFrom("^[a-z]+$", "^[A-Z]{2}$", "^\\d{3}$", "^v?\\d+\\.\\d+\\.\\d+$", "^#[0-9a-f]{6}$")
  .map((pattern) => ({ type: "string", pattern }));

const integers = fc
  .tuple(fc.integer({ min: -50, max: 50 }), small, fc.constantFrom("from", "between", "to", "free"))
  .map(([low, more, bound]): JsonObject => {
    if (bound === "from") return { type: "integer", minimum: low };
    if (bound === "to") return { type: "integer", exclusiveMaximum: low };
    if (bound === "free") return { type: "integer" };
    return { type: "integer", exclusiveMinimum: low, maximum: low + more + 1 };
  });
const multiples = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.constantFrom(0.25, 2, 7))
  .map(([low, step]) => ({ type: "number", minimum: low, maximum: low + step, multipleOf: step }));
const numbers = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.constantFrom(0.001, 0.5, 3))
  .map(([low, width]) => ({
    type: "number",
    exclusiveMinimum: low,
    exclusiveMaximum: low + width,
  }));

const chosen = fc
  .array(fc.constantFrom<Json>("x", 7, true, null), { minLength: 1, maxLength: 3 })
  .map((values) => ({ enum: values }));
const fixed = fc.constantFrom<Json>("x", 0, false, null).map((value) => ({ const: value }));

const names = fc.constantFrom("id", "name", "other", "key1");

const { schema: schemas } = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    ...[strings, formats, patterns, integers, multiples, numbers, chosen, fixed],
    fc.constantFrom({ type: "boolean" }, { type: "null" }, { type: ["null", "string"] }),
    fc.tuple(tie("schema"), small, small).map(([items, least, more]) => ({
      type: "array",
      items,
      minItems: least,
      maxItems: least + more,
    })),
    fc.tuple(fc.constantFrom("string", "integer"), small).map(([type, least]) => ({
      type: "array",
      items: { type },
      minItems: least,
      uniqueItems: true,
    })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((prefixItems) => ({
      type: "array",
      prefixItems,
      items: false,
      minItems: prefixItems.length,
    })),
    fc
      .tuple(fc.dictionary(names, tie("schema")), fc.array(names), fc.boolean())
      .map(([properties, wanted, open]) => ({
        type: "object",
        properties: { ...properties },
        required: [...new Set(wanted)].filter((name) => Object.hasOwn(properties, name)),
        ...(open ? {} : { additionalProperties: false }),
      })),
    fc.tuple(tie("schema"), small).map(([additionalProperties, minProperties]) => ({
      type: "object",
      additionalProperties,
      minProperties,
    })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.tuple(tie("schema"), tie("schema")).map(([a, b]) => ({
      allOf: [
        { type: "object", properties: { a }, required: ["a"] },
        { type: "object", properties: { b }, required: ["b"] },
      ],
    })),
    fc.tuple(tie("schema"), tie("schema")).map((sides) => ({
      oneOf: sides.map((value, index) => ({
        type: "object",
        properties: { kind: { const: `k${index}` }, value },
        required: ["kind", "value"],
      })),
    })),
  ),
}));

describe("an example", () => {
  test("fits its schema", () => {
    fc.assert(
      fc.property(schemas, (schema) => judge(schema, generateExample(schema))),
      { numRuns: 500 },
    );
  });

  test("fits a schema that refers to itself", () => {
    fc.assert(
      fc.property(schemas, (value) => {
        const next = { anyOf: [{ $ref: "#/$defs/a~1node" }, { type: "null" }] };
        const children = { type: "array", items: { $ref: "#/$defs/a~1node" } };
        const node = {
          type: "object",
          properties: { value, next, children },
          required: ["value", "next", "children"],
        };
        const schema = { $ref: "#/$defs/a~1node", $defs: { "a/node": node } };
        judge(schema, generateExample(schema));
      }),
    );
  });

  test("is always the same", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        expect(generateExample(structuredClone(schema))).toEqual(generateExample(schema));
      }),
    );
  });

  test.each<[string, z.ZodType]>([
    ["formats with patterns", z.object({ a: z.iso.datetime(), b: z.email(), c: z.uuid() })],
    ["more formats", z.object({ d: z.iso.date(), t: z.iso.time(), u: z.url(), i: z.ipv4() })],
    ["a record", z.record(z.string(), z.number())],
    ["a tuple", z.tuple([z.string(), z.int().gt(3)])],
    ["optional and nullable fields", z.object({ a: z.string().optional(), b: z.int().nullable() })],
    ["an intersection", z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() }))],
  ])("fits what zod writes for %s", (_what, type) => {
    const schema = JSON.parse(JSON.stringify(z.toJSONSchema(type)));
    expect(type.safeParse(generateExample(schema)).error).toBeUndefined();
  });

  test("has the required properties and one item in a list", () => {
    const schema = {
      type: "object",
      properties: {
        paths: { type: "array", items: { type: "string" } },
        limit: { type: "integer" },
      },
      required: ["paths"],
    };
    expect(generateExample(schema)).toEqual({ paths: ["a"] });
  });

  test("passes over a pattern that is none", () => {
    expect(generateExample({ type: "string", pattern: "(", minLength: 3 })).toBe("aaa");
  });

  test("joins a reference with the keywords beside it", () => {
    const schema = { $ref: "#/$defs/n", minimum: 5, $defs: { n: { type: "integer", maximum: 9 } } };
    expect(generateExample(schema)).toBe(5);
  });
});

test.each<[string, JsonSchema]>([
  [
    "a schema that needs itself",
    { type: "object", properties: { a: { $ref: "#" } }, required: ["a"] },
  ],
  ["an empty range", { type: "integer", exclusiveMinimum: 1, exclusiveMaximum: 2 }],
  ["a reference to nothing", { $ref: "#/$defs/gone" }],
  ["a reference to another file", { $ref: "https://example.com/schema" }],
  ["types that exclude each other", { allOf: [{ type: "string" }, { type: "integer" }] }],
  [
    "too few different values",
    { type: "array", items: { enum: [1] }, uniqueItems: true, minItems: 2 },
  ],
])("there is no example of %s", (_what, schema) => {
  expect(generateExample(schema)).toBeUndefined();
});

test("names of properties that nobody has named, and items of earlier drafts", () => {
  const record = {
    type: "object",
    propertyNames: { enum: ["left", "right"] },
    additionalProperties: { type: "integer" },
    minProperties: 2,
  };
  expect(generateExample(record)).toEqual({ left: 1, right: 1 });
  const pair = { type: "array", items: [{ type: "string" }, { type: "integer" }], minItems: 2 };
  expect(generateExample(pair)).toEqual(["a", 1]);
});
