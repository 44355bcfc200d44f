import { expect, test } from "vitest";
import { z } from "zod";
import type { JsonSchema } from "../../../model/json.ts";
import { isStrictSchema, strictToolSchema } from "./strict-schema.ts";

const text = { type: "string" };

function closed(properties: JsonSchema): JsonSchema {
  const required = Object.keys(properties);
  return { type: "object", properties, required, additionalProperties: false };
}

test.each<[string, JsonSchema]>([
  ["a closed object", closed({ a: text, b: { type: ["number", "null"], minimum: 0 } })],
  ["objects in lists and choices", closed({ a: { type: "array", items: closed({ b: text }) } })],
  ["a definition", { ...closed({ a: { $ref: "#/$defs/A" } }), $defs: { A: closed({ b: text }) } }],
  ["a property that is named like a keyword", closed({ oneOf: text, default: text })],
])("%s is strict", (_, schema) => {
  expect(isStrictSchema(schema)).toBe(true);
});

test.each<[string, JsonSchema]>([
  ["an optional property", { ...closed({ a: text, b: text }), required: ["a"] }],
  ["an open object", { type: "object", properties: { a: text }, required: ["a"] }],
  ["an open object inside", closed({ a: { type: "object" } })],
  ["an open object in a choice", closed({ a: { anyOf: [{ properties: { b: text } }] } })],
  ["an open definition", { ...closed({ a: text }), $defs: { A: { type: "object" } } }],
  ["a keyword that strict mode does not take", closed({ a: { oneOf: [text] } })],
  ["a default", closed({ a: { type: "string", default: "x" } })],
  ["a list at the root", { type: "array", items: text }],
  ["a part that may be anything", closed({ a: {} })],
  ["a pattern that looks around", closed({ a: { type: "string", pattern: "^(?=.*\\d).+$" } })],
  ["an enum without values", closed({ a: { type: "string", enum: [] } })],
  ["a constant without a type", closed({ a: { const: 1 } })],
  ["a list without items", closed({ a: { type: "array" } })],
  ["words beside a reference", { ...closed({ a: { $ref: "#", description: "x" } }) }],
  ["a reference that leads nowhere", closed({ a: { $ref: "#/$defs/Gone" } })],
  [
    "more properties than every model takes",
    closed(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`p${n}`, text]))),
  ],
  ["a choice at the root", { ...closed({ a: text }), anyOf: [] }],
])("%s is not strict", (_, schema) => {
  expect(isStrictSchema(schema)).toBe(false);
});

const asWritten = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input" }) as JsonSchema;

test("an object of zod is closed for a strict tool, at every depth", () => {
  const schema = asWritten(
    z.object({ a: z.string(), b: z.array(z.object({ c: z.number() })), d: z.strictObject({}) }),
  );
  const strict = strictToolSchema(schema);
  expect(isStrictSchema(schema)).toBe(false);
  expect(strict).toMatchObject({
    additionalProperties: false,
    properties: { b: { items: { additionalProperties: false } } },
  });
});

test.each([
  ["a property that may be left out", z.object({ a: z.string().optional() })],
  ["an open object", z.looseObject({ a: z.string() })],
  ["a record", z.object({ a: z.record(z.string(), z.string()) })],
])("%s makes no strict tool", (_, schema) => {
  expect(strictToolSchema(asWritten(schema))).toBeUndefined();
});

test("a map of anything is not closed into an empty one", () => {
  const schema = { type: "object", properties: { a: { type: "object" } }, required: ["a"] };
  expect(strictToolSchema(schema)).toBeUndefined();
});

test("nesting deeper than every model takes is not strict", () => {
  const nest = (levels: number): JsonSchema =>
    closed({ a: levels === 0 ? text : nest(levels - 1) });
  expect(isStrictSchema(nest(3))).toBe(true);
  expect(isStrictSchema(nest(4))).toBe(false);
});
