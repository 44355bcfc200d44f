import fc from "fast-check";
import type { JsonSchema } from "../../src/model/json.ts";

const name = fc.stringMatching(/^[a-z]{1,6}$/);

const scalar = fc.oneof(
  fc
    .record({ least: fc.nat(5), more: fc.nat(5) })
    .map(({ least, more }) => ({ type: "string", minLength: least, maxLength: least + more + 1 })),
  fc.constantFrom("date", "email", "uuid").map((format) => ({ type: "string", format })),
  fc
    .record({ minimum: fc.integer({ min: -9, max: 9 }), room: fc.nat(9) })
    .map(({ minimum, room }) => ({ type: "integer", minimum, maximum: minimum + room })),
  fc.constantFrom("number", "boolean", "null").map((type) => ({ type })),
  fc.uniqueArray(fc.oneof(name, fc.integer(), fc.boolean()), { minLength: 1 }).map((values) => ({
    enum: values,
  })),
  fc.oneof(name, fc.integer()).map((value) => ({ const: value })),
);

const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc
      .record({ items: tie("schema"), minItems: fc.nat(3) })
      .map(({ items, minItems }) => ({ type: "array", items, minItems })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    objectOf(tie("schema")),
  ),
}));

function objectOf(property: fc.Arbitrary<JsonSchema>): fc.Arbitrary<JsonSchema> {
  return fc
    .record({
      properties: fc.dictionary(name, property, { maxKeys: 4, noNullPrototype: true }),
      isClosed: fc.boolean(),
      requiresAll: fc.boolean(),
    })
    .map(({ properties, isClosed, requiresAll }) => ({
      type: "object",
      properties,
      required: Object.keys(properties).filter((_, index) => requiresAll || index % 2 === 0),
      ...(isClosed ? { additionalProperties: false } : {}),
    }));
}

/** JSON Schemas that have an example. */
export const jsonSchemas: fc.Arbitrary<JsonSchema> = schema;

/** JSON Schemas of objects that have an example. */
export const objectSchemas: fc.Arbitrary<JsonSchema> = objectOf(schema);
