import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../model/json.ts";
import { formatPath } from "../yaml/path.ts";
import { unheldPart } from "./unheld-part.ts";

function unheld(schema: JsonSchema): string | undefined {
  const part = unheldPart(schema);
  return part && `${formatPath(part.path)} ${part.reason}`;
}

const text = { type: "string" };

describe("a part that values would not be held to is found", () => {
  test.each<[string, JsonSchema]>([
    ["not is not supported", { type: "string", not: { const: "a" } }],
    ["if is not supported", { type: "object", if: {}, else: {} }],
    ["properties.a.nullable is not supported", objectOf({ a: { ...text, nullable: true } })],
    [
      'items[1]["$dynamicRef"] is not supported',
      { type: "array", items: [{}, { $dynamicRef: "#" }] },
    ],
    ["format may not be uri-reference", { type: "string", format: "uri-reference" }],
    ["const may not be a map or a list", { const: { a: 1 } }],
    ["enum must be a list of scalars", { enum: [1, [2]] }],
    ["enum must be a list of scalars", { enum: 1 }],
    ["type is unknown", { type: "text" }],
    ["type is unknown", { type: ["string", "any"] }],
    ['properties needs a "type" beside it', { properties: { a: text } }],
    ['anyOf[0].required needs a "type" beside it', { anyOf: [{ required: ["a"] }] }],
    ['minItems needs "items" beside it', { type: "array", minItems: 2 }],
    ['required[0] "a" is none of the properties', { type: "object", required: ["a"] }],
    ["required is no list", { type: "object", required: "a" }],
    ["properties is no schema", { type: "object", properties: 5 }],
    ["properties.a is no schema", objectOf({ a: "string" })],
    [
      "additionalProperties.minimum needs",
      { type: "object", additionalProperties: { minimum: 1 } },
    ],
    ['type is passed over beside "$ref"', { $ref: "#", type: "object" }],
    ['["$ref"] leads nowhere', { $ref: "#/$defs/a", $defs: { b: text } }],
    ['["$ref"] leads nowhere', { $ref: "https://example.com/a.json" }],
    ['["$ref"] leads nowhere', { $ref: "#/properties/a" }],
    ['oneOf is passed over beside "anyOf"', { anyOf: [text], oneOf: [text] }],
    ["anyOf must be a list of schemas", { anyOf: text }],
    ["allOf must be a list of schemas", { allOf: [] }],
    [
      'anyOf does not go with "additionalProperties: false"',
      { ...objectOf({ a: text }), additionalProperties: false, anyOf: [objectOf({ a: text })] },
    ],
    [
      'allOf does not go with "additionalProperties: false"',
      {
        allOf: [{ $ref: "#/$defs/closed" }, objectOf({ b: text })],
        $defs: { closed: { ...objectOf({ a: text }), additionalProperties: false } },
      },
    ],
  ])("%s", (expected, schema) => {
    expect(unheld(schema)).toContain(expected);
  });
});

test.each<[string, JsonSchema]>([
  ["annotations", { type: "string", title: "A", description: "B", examples: [{ a: 1 }], "x-y": 1 }],
  ["a property that is called like a keyword", objectOf({ not: text, nullable: text })],
  ["a reference to the root", objectOf({ next: { $ref: "#", description: "More." } })],
  ["definitions of draft 7", { $ref: "#/definitions/a~1b", definitions: { "a/b": text } }],
  [
    "an anyOf of closed objects",
    { anyOf: [{ ...objectOf({ a: text }), additionalProperties: false }, text] },
  ],
  ["a default that looks like a schema", { type: "object", default: { $ref: 1, not: 2 } }],
  ["true and false", { type: "object", properties: { a: true, b: false } }],
])("%s is held to", (_what, schema) => {
  expect(unheld(schema)).toBeUndefined();
});

function objectOf(properties: Record<string, JsonSchema | string>): JsonSchema {
  return { type: "object", properties };
}
