import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import { generateExample } from "../../src/model/schema/example-of-schema.ts";
import { mapSchemaParts } from "../../src/model/schema/schema-parts.ts";
import { encodeOutputSchema } from "../../src/providers/anthropic/encode-request.ts";
import { unheldOutput } from "../../src/providers/anthropic/held-schema.ts";
import { fitSchema } from "../../src/providers/wire/schema/fit-schema.ts";
import { inputDialect } from "../../src/providers/wire/schema/schema-dialect.ts";
import {
  ANTHROPIC_SCHEMAS,
  chatSchemaRules,
  OPENAI_SCHEMAS,
  type SchemaRules,
} from "../../src/providers/wire/schema/schema-rules.ts";
import { isStrictSchema } from "../../src/providers/wire/schema/strict-schema.ts";
import { fits } from "../support/json-schema.ts";
import { anthropicFormatRule, strictRule, TOOL_RULES } from "./api-rules/schemas.ts";

const DIALECTS: readonly (readonly [keyof typeof TOOL_RULES, SchemaRules])[] = [
  ["anthropic", ANTHROPIC_SCHEMAS],
  ["openai", OPENAI_SCHEMAS],
  ["compatible", chatSchemaRules("compatible")],
  ["gemini", chatSchemaRules("gemini")],
  ["grammar", chatSchemaRules("grammar")],
];

/** Names that servers refuse, names that those may become, and plain ones. */
const NAMES = [
  "a",
  "b",
  "value",
  "$filter",
  "filter",
  "filter_",
  "@odata.type",
  "x y",
  "n".repeat(70),
];
const name = fc.constantFrom(...NAMES);
const scalar = fc.constantFrom<Json>("", "x", "x1", "7", 0, 1, 2.5, true, null);

const { schema, object } = fc.letrec<{ schema: Json; object: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom<Json>(
      {},
      true,
      { type: "string" },
      { type: "integer", minimum: 1 },
      { type: ["string", "null"], maxLength: 2 },
      { type: "string", pattern: "^(?=.*\\d).+$" },
      { type: "string", pattern: "^\\d+$" },
      { type: "string", pattern: "x" },
      { type: "string", format: "uuid" },
      { type: "boolean", default: true },
      { not: { type: "string", pattern: "(?<=x)1" } },
      { $ref: "#" },
      { $ref: "#/$defs/Leaf" },
      { $ref: "#/$defs/Tree" },
      { type: "array" },
    ),
    scalar.map((value) => ({ const: value })),
    fc.array(scalar, { minLength: 1, maxLength: 3 }).map((values) => ({ enum: values })),
    tie("object"),
    tie("schema").map((items) => ({ type: "array", items })),
    fc
      .tuple(tie("schema"), tie("schema"))
      .map((both) => ({ type: "array", prefixItems: both, items: false })),
    fc
      .tuple(fc.constantFrom("anyOf", "oneOf", "allOf"), tie("schema"), tie("schema"))
      .map(([keyword, one, other]) => ({ [keyword]: [one, other] })),
  ),
  object: fc
    .record({
      properties: fc.dictionary(name, tie("schema"), { maxKeys: 3, noNullPrototype: true }),
      others: fc.oneof(fc.constantFrom<Json>(false, true), tie("schema")),
      patterns: fc.constantFrom<JsonObject>(
        {},
        {},
        { patternProperties: { "^x": { type: "integer" } } },
      ),
      demanded: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    })
    .map(({ properties, others, patterns, demanded }) => ({
      type: "object",
      properties,
      required: Object.keys(properties).filter((_, index) => demanded[index]),
      additionalProperties: others,
      ...patterns,
    })),
}));

const root: fc.Arbitrary<JsonObject> = fc
  .oneof(
    object,
    object,
    fc.record({ anyOf: fc.array(object, { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.tuple(object, object) }),
    fc.record({ allOf: fc.tuple(object, object) }),
    fc.tuple(object, name, name).map(([one, left, right]) => ({
      ...one,
      anyOf: [{ required: [left] }, { required: [right] }],
    })),
    fc.constant<JsonObject>({ $ref: "#/$defs/Tree" }),
    schema.filter(isJsonObject),
  )
  .map((described) => ({
    ...described,
    $defs: {
      Leaf: { type: "string" },
      // Open by its own words: what an object that says nothing of it means beside others is described
      // by these others, the one exception of merged variants.
      Tree: {
        type: "object",
        properties: { $filter: { $ref: "#/$defs/Tree" } },
        additionalProperties: true,
      },
    },
  }));

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** A schema with values that fit it. */
const described = fc.tuple(root, fc.array(json, { maxLength: 12 })).map(([schema, values]) => {
  const examples = [generateExample(schema)].filter((value) => value !== undefined);
  return { schema, values: [...examples, ...values].filter((value) => isFitting(value, schema)) };
});

/** A reference that only leads to itself fits nothing. */
function isFitting(value: Json, schema: JsonObject): boolean {
  try {
    return fits(value, schema);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const RUNS = { numRuns: 150 };

describe.each(DIALECTS)("a tool's input for %s", (kind, rules) => {
  test("keeps to the written rules", () => {
    fc.assert(
      fc.property(root, (schema) => {
        const sent = inputDialect(schema, rules).schema;
        expect(TOOL_RULES[kind](sent)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("comes back as it was, and fits what was sent", () => {
    let compared = 0;
    fc.assert(
      fc.property(described, ({ schema, values }) => {
        const dialect = inputDialect(schema, rules);
        for (const value of values) {
          const sent = dialect.toWire(value);
          expect(dialect.back(sent)).toEqual(value);
          expect(fits(sent, dialect.schema), `${JSON.stringify(sent)} fits`).toBe(true);
          compared++;
        }
      }),
      RUNS,
    );
    expect(compared).toBeGreaterThan(RUNS.numRuns);
  });

  test("is made once for a schema, and is the same for an equal one", () => {
    fc.assert(
      fc.property(root, (schema) => {
        expect(inputDialect(schema, rules)).toBe(inputDialect(schema, rules));
        expect(inputDialect(structuredClone(schema), rules).schema).toEqual(
          inputDialect(schema, rules).schema,
        );
      }),
      { numRuns: 50 },
    );
  });
});

const TREE = { $ref: "#/$defs/Tree" };

/** Schemas that are closed or nearly so: most of these are held by providers. */
const closed: fc.Arbitrary<JsonObject> = fc
  .letrec<{ part: JsonObject; object: JsonObject }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      fc.constantFrom<JsonObject>(
        { type: "string" },
        { type: "string", pattern: "^(?=.*\\d).+$" },
        { type: "string", pattern: "^\\d+$" },
        { type: "string", format: "uuid" },
        { type: "integer", minimum: 1 },
        { type: ["number", "null"] },
        { type: "string", default: "x" },
        { enum: ["x", 1] },
        { type: "string", enum: ["x", ""] },
        { const: null },
        { $ref: "#/$defs/Leaf" },
        { $ref: "#/$defs/Tree" },
        { $ref: "#" },
        { type: "object" },
        {},
      ),
      tie("object"),
      tie("part").map((items) => ({ type: "array", items, minItems: 1 })),
      fc.tuple(tie("part"), tie("part")).map((anyOf) => ({ anyOf })),
      fc.tuple(tie("object"), tie("object")).map((oneOf) => ({ oneOf })),
    ),
    object: fc
      .tuple(
        fc.dictionary(fc.constantFrom("a", "b", "value"), tie("part"), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        fc.constantFrom<JsonObject>(
          { additionalProperties: false },
          { additionalProperties: false },
          {},
        ),
        fc.boolean(),
      )
      .map(([properties, others, isWhole]) => ({
        type: "object",
        properties,
        required: isWhole ? Object.keys(properties) : [],
        ...others,
      })),
  }))
  .object.map((object) => {
    const definitions = { Leaf: { type: "string" }, Tree: { type: "array", items: TREE } };
    const used = Object.entries(definitions).filter(([name]) =>
      JSON.stringify(object).includes(`#/$defs/${name}"`),
    );
    return used.length === 0 ? object : { ...object, $defs: Object.fromEntries(used) };
  });

/** What a model that is told a schema would answer: nothing that it was not told of. */
const answers = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "value"), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value;

describe("an output schema", () => {
  test("is strict only where strict mode takes it", () => {
    let strict = 0;
    fc.assert(
      fc.property(closed, (schema) => {
        if (!isStrictSchema(schema)) return;
        strict++;
        expect(strictRule(schema)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(strict).toBeGreaterThan(20);
  });

  test("without strict mode accepts what was described", () => {
    fc.assert(
      fc.property(described, ({ schema, values }) => {
        const sent = fitSchema(schema, OPENAI_SCHEMAS).schema;
        for (const value of values) expect(fits(value, sent)).toBe(true);
      }),
      RUNS,
    );
  });

  test("is Anthropic's format only where that takes it and accepts what was described", () => {
    let held = 0;
    fc.assert(
      fc.property(closed, fc.array(answers, { maxLength: 6 }), (schema, values) => {
        if (unheldOutput(schema) !== undefined) return;
        held++;
        const sent = encodeOutputSchema(schema, "anthropic:claude-haiku-4-5").schema as JsonObject; // JSON by contract
        expect(anthropicFormatRule(sent)).toEqual([]);
        const told = withoutOthers(schema);
        for (const value of [generateExample(schema) ?? null, ...values]) {
          if (isFitting(value, told)) expect(fits(value, sent)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
    expect(held).toBeGreaterThan(20);
  });
});

/** The schema where objects that do not speak of further properties have none. */
function withoutOthers(schema: JsonObject): JsonObject {
  const closing = mapSchemaParts(schema, (part) =>
    isJsonObject(part) ? withoutOthers(part) : part,
  );
  return closing["type"] === "object" ? { additionalProperties: false, ...closing } : closing;
}
