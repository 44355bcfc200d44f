import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/model/json.ts";
import { generateExample } from "../../src/model/schema/example-of-schema.ts";
import { schemaLine, schemaType } from "../../src/model/schema/schema-type.ts";
import { inputDialect } from "../../src/providers/wire/schema/schema-dialect.ts";
import {
  ANTHROPIC_SCHEMAS,
  chatSchemaRules,
  OPENAI_SCHEMAS,
} from "../../src/providers/wire/schema/schema-rules.ts";

const RULES = [
  ["anthropic", ANTHROPIC_SCHEMAS],
  ["openai", OPENAI_SCHEMAS],
  ["gemini", chatSchemaRules("gemini")],
  ["grammar", chatSchemaRules("grammar")],
] as const;

/** Small, and of `2 ** depth` parts where its references are written out. */
function doubling(depth: number): JsonObject {
  const definitions: Record<string, Json> = { [`D${depth}`]: { type: "string" } };
  for (let level = 0; level < depth; level++) {
    const next = { $ref: `#/$defs/D${level + 1}` };
    definitions[`D${level}`] = {
      type: "object",
      properties: { l: next, r: next },
      required: ["l", "r"],
    };
  }
  return {
    type: "object",
    properties: { a: { $ref: "#/$defs/D0" } },
    required: ["a"],
    $defs: definitions,
  };
}

describe("a schema whose references double at every level", () => {
  test.each(RULES)("is sent to %s in a bounded size", (_name, rules) => {
    const { schema } = inputDialect(doubling(24), rules);
    expect(JSON.stringify(schema).length).toBeLessThan(500_000);
  });

  test("is a bounded type", () => {
    expect(schemaType(doubling(24), "").length).toBeLessThan(2_000_000);
    expect(schemaLine(doubling(24)).length).toBeLessThan(500_000);
  });

  test("has no example where that would be endless", () => {
    expect(generateExample(doubling(24))).toBeUndefined();
    expect(generateExample(doubling(2))).toEqual({
      a: { l: { l: "a", r: "a" }, r: { l: "a", r: "a" } },
    });
  });
});

test("several types that nest are written once each", () => {
  let nested: JsonObject = { type: "string" };
  for (let depth = 0; depth < 25; depth++) {
    nested = { type: ["object", "array"], properties: { a: nested } };
  }
  const { schema } = inputDialect(
    { type: "object", properties: { nested } },
    chatSchemaRules("gemini"),
  );
  expect(JSON.stringify(schema).length).toBeLessThan(10_000);
});

test("choices beside choices stay few", () => {
  const choice = (name: string) => ({ type: "object", properties: { [name]: { type: "string" } } });
  const allOf = Array.from({ length: 30 }, (_, index) => ({
    anyOf: [choice(`a${index}`), choice(`b${index}`)],
  }));
  for (const [, rules] of RULES) {
    const { schema } = inputDialect({ type: "object", allOf }, rules);
    expect(JSON.stringify(schema).length).toBeLessThan(500_000);
  }
  expect(generateExample({ type: "object", allOf })).toEqual({});
});

const BROKEN: readonly JsonObject[] = [
  ...["any", "", "str", [], ["string", "any"], 5, {}].map((type) => ({ type })),
  ...["anyOf", "allOf", "oneOf"].flatMap((keyword) => [
    { type: "string", [keyword]: [] },
    { type: "string", [keyword]: { type: "string" } },
  ]),
  { type: "string", enum: "a" },
  { type: "string", pattern: 5 },
  { type: "string", minLength: "3" },
  { type: "string", maxLength: -1 },
  { type: "number", minimum: "0" },
  { type: "number", multipleOf: 0 },
  { type: "string", format: true },
  { type: "object", required: "a" },
  { type: "object", properties: "a" },
  { type: "object", additionalProperties: "false" },
  { type: "object", dependentRequired: { a: "b" } },
  { type: "array", uniqueItems: "true", items: {} },
  { type: "array", items: "string" },
  { type: "string", not: 5 },
  { type: "string", $ref: 5 },
];

describe.each(RULES)("a keyword whose value is none is left open for %s", (_name, rules) => {
  test.each(BROKEN.map((part) => [JSON.stringify(part), part] as const))("%s", (_text, part) => {
    const schema = { type: "object", properties: { a: part } };
    const sent = inputDialect(schema, rules).schema["properties"] as JsonObject;
    const a = sent["a"] as JsonObject;
    const kept = Object.entries(a).filter(([keyword]) => keyword !== "description");
    const { type } = part;
    const known = ["string", "number", "object", "array"].includes(String(type)) ? { type } : {};
    const usual = type === "array" ? { items: {} } : {};
    expect({ ...usual, ...Object.fromEntries(kept) }).toEqual({ ...known, ...usual });
  });

  test("what says nothing of values goes in silence", () => {
    const part = { type: "string", description: 5, title: [], deprecated: "yes" };
    expect(inputDialect({ type: "object", properties: { a: part } }, rules).schema).toMatchObject({
      properties: { a: { type: "string" } },
    });
    expect(
      inputDialect({ type: "object", properties: { a: part } }, rules).schema["properties"],
    ).toEqual({ a: { type: "string" } });
  });
});

test("what is meant is read where it is evident", () => {
  const schema = {
    type: "object",
    properties: { a: { type: ["string", null, "string"] } },
    required: ["a", null, "a"],
  };
  expect(inputDialect(schema, ANTHROPIC_SCHEMAS).schema).toEqual({
    type: "object",
    properties: { a: { type: ["string", "null"] } },
    required: ["a"],
  });
});

test("what a broken part refuses is left open as well", () => {
  const schema = { type: "object", properties: { a: { not: { type: "any" } } } };
  expect(inputDialect(schema, ANTHROPIC_SCHEMAS).schema["properties"]).toEqual({
    a: { description: 'must fit {"not":{"type":"any"}}' },
  });
});

describe("Gemini gets no required property that is not defined", () => {
  const sent = (schema: JsonObject) => inputDialect(schema, chatSchemaRules("gemini")).schema;
  const number = { type: "number" };
  const record = {
    type: "object",
    propertyNames: { type: "string", enum: ["a", "b"] },
    additionalProperties: number,
  };
  const writtenOut = {
    type: "object",
    properties: { a: number, b: number },
    additionalProperties: false,
  };

  test("a record of known names has them as properties", () => {
    expect(sent({ ...record, required: ["a", "b"] })).toEqual({
      ...writtenOut,
      required: ["a", "b"],
    });
    expect(sent({ type: "object", properties: { in: record } })).toEqual({
      type: "object",
      properties: { in: writtenOut },
    });
  });

  test("another one is described as the further properties are", () => {
    const others = { type: "object", required: ["a"], additionalProperties: number };
    expect(sent({ type: "object", properties: { in: others } })["properties"]).toEqual({
      in: { ...others, properties: { a: number } },
    });
    expect(sent({ type: "object", required: ["q"] })).toEqual({
      type: "object",
      properties: { q: {} },
      required: ["q"],
    });
  });

  test("one that cannot be there is told, and the others stay", () => {
    const closed = { type: "object", properties: { a: number }, additionalProperties: false };
    expect(
      sent({ type: "object", properties: { in: { ...closed, required: ["a", "b"] } } })[
        "properties"
      ],
    ).toEqual({ in: { ...closed, required: ["a"], description: 'must fit {"required":["b"]}' } });
  });

  test.each([{ required: ["a"] }, { propertyNames: { enum: ["a", "b", "c"] } }])(
    "records within records are not written out without end: %j",
    (said) => {
      let nested: JsonObject = number;
      for (let depth = 0; depth < 40; depth++) {
        nested = { type: "object", ...said, additionalProperties: nested };
      }
      expect(JSON.stringify(sent(nested)).length).toBeLessThan(500_000);
    },
  );

  test("one of a part that is not said to be an object is told", () => {
    const part = { anyOf: [{ required: ["a"] }, { type: "string" }] };
    expect(sent({ type: "object", properties: { in: part } })["properties"]).toEqual({
      in: { anyOf: [{ description: 'must fit {"required":["a"]}' }, { type: "string" }] },
    });
  });
});
