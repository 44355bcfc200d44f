import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../../model/json.ts";
import { createChecker } from "./checker.ts";

/** Lines as people and models see them. */
function told(schema: JsonSchema, value: unknown): readonly string[] {
  const { issues = [] } = createChecker(schema)(value);
  return issues.map(({ path = [], message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
}

function made(schema: JsonSchema, value: unknown): unknown {
  const result = createChecker(schema)(value);
  return result.issues ? result.issues : result.value;
}

const text = { type: "string" };
const number = { type: "number" };
const shapes = {
  oneOf: [
    { properties: { kind: { const: "circle" }, r: number }, required: ["kind", "r"] },
    { properties: { kind: { const: "square" }, a: number }, required: ["kind", "a"] },
  ],
};

/** An object with a key `then` is a promise to a linter. */
function ifThen(held: JsonSchema): JsonSchema {
  return JSON.parse(`{ "if": { "required": ["a"] }, "then": ${JSON.stringify(held)} }`);
}

describe("what is wrong with a value is told", () => {
  test.each<[JsonSchema, unknown, readonly string[]]>([
    [{ type: "integer" }, "9", ['expected an integer, got "9"']],
    [{ type: ["array", "null"] }, { a: 1 }, ["expected an array or null, got an object"]],
    [{ const: { a: 1 } }, [], ['expected {"a":1}, got []']],
    [{ enum: ["a", 1, null] }, true, ['expected "a", 1 or null, got true']],
    [{ minimum: 1 }, 0, ["0 is less than 1"]],
    [{ maximum: 5 }, 9, ["9 is greater than 5"]],
    [{ exclusiveMinimum: 1 }, 1, ["1 is not greater than 1"]],
    [{ exclusiveMaximum: 1 }, 1, ["1 is not less than 1"]],
    [{ multipleOf: 0.01 }, 0.075, ["0.075 is not a multiple of 0.01"]],
    [{ minLength: 2 }, "a", ['"a" is shorter than 2 characters']],
    [{ maxLength: 1 }, "ab", ['"ab" is longer than 1 character']],
    [{ pattern: "^[\\w-.]+$" }, "a b", ['"a b" does not match ^[\\w-.]+$']],
    [{ format: "email" }, "a", ['"a" is not a valid email']],
    [{ minItems: 2 }, [1], ["has 1 item, fewer than 2"]],
    [{ maxItems: 1 }, [1, 2], ["has 2 items, more than 1"]],
    [{ uniqueItems: true }, [1, 1], ["has two equal items"]],
    [{ contains: text }, [1, 2], ['has no item that fits "contains"']],
    [{ contains: text, minContains: 2 }, ["a", 1], ['has fewer than 2 items that fit "contains"']],
    [{ contains: text, maxContains: 1 }, ["a", "b"], ['has more than 1 item that fit "contains"']],
    [{ minProperties: 2 }, { a: 1 }, ["has 1 property, fewer than 2"]],
    [{ maxProperties: 0 }, { a: 1, b: 2 }, ["has 2 properties, more than 0"]],
    [{ required: ["a", "toString"] }, {}, ["a: is missing", "toString: is missing"]],
    [{ dependentRequired: { a: ["b"] } }, { a: 1 }, ['b: is missing beside "a"']],
    [{ dependencies: { a: ["b"] } }, { a: 1 }, ['b: is missing beside "a"']],
    [{ additionalProperties: false }, { "a/b~%": 1 }, ["a/b~%: is not allowed here"]],
    [{ prefixItems: [text], items: false }, ["a", 1], ["1: is not allowed here"]],
    [{ items: [text], additionalItems: false }, ["a", 1], ["1: is not allowed here"]],
    [
      { propertyNames: { pattern: "^a" } },
      { b: 1 },
      ['b: may not have this name: "b" does not match ^a'],
    ],
    [{ not: { const: 1 } }, 1, ["must not be 1"]],
    [{ not: { enum: [1, "a"] } }, "a", ['must be none of 1, "a"']],
    [{ not: { type: "null" } }, null, ["must not be null"]],
    [{ not: { required: ["a", "b"] } }, { a: 1, b: 1 }, ['must not have "a" together with "b"']],
    [{ not: { minimum: 1 } }, 1, ['fits what stands under "not"']],
    [{ if: { required: ["a"] }, else: { required: ["b"] } }, {}, ["b: is missing"]],
    [{ $ref: "#/$defs/a", maximum: 5, $defs: { a: number } }, 9, ["9 is greater than 5"]],
    [{ allOf: [text, { minLength: 3 }, text] }, 1, ["expected a string, got 1"]],
  ])("%j of %j", (schema, value, lines) => {
    expect(told(schema, value)).toEqual(lines);
  });

  test("one line for each fault, at its place", () => {
    const schema = { items: { properties: { n: number, t: text }, required: ["n"] } };
    expect(told(schema, [{}, { n: "1", t: 1 }, { n: 1 }])).toEqual([
      "0.n: is missing",
      '1.n: expected a number, got "1"',
      "1.t: expected a string, got 1",
    ]);
  });

  test("of what may not be evaluated only where nothing else is wrong beside it", () => {
    const schema = { properties: { a: text }, anyOf: [shapes], unevaluatedProperties: false };
    expect(told(schema, { a: 1, kind: "circle", r: 1, more: 1 })).toEqual([
      "a: expected a string, got 1",
    ]);
    expect(told(schema, { a: "", kind: "circle", r: 1, more: 1 })).toEqual([
      "more: is not allowed here",
    ]);
  });

  test("of alternatives by the one that is meant", () => {
    expect(told(shapes, { kind: "circle", r: "1" })).toEqual(['r: expected a number, got "1"']);
    expect(told(shapes, { kind: "oval" })).toEqual([
      'kind: expected "circle" or "square", got "oval"',
    ]);
    const values = { anyOf: [text, { type: "array", items: number }] };
    expect(told(values, 1)).toEqual(["expected a string or an array, got 1"]);
    expect(told(values, ["a"])).toEqual(['0: expected a number, got "a"']);
    expect(told({ anyOf: [{ required: ["a"] }, { required: ["b"] }] }, {})).toEqual([
      "fits none of the 2 alternatives: a is missing; or b is missing",
    ]);
    expect(told({ oneOf: [number, { minimum: 1 }, text] }, 2)).toEqual([
      "fits 2 of the 3 alternatives instead of one",
    ]);
    expect(told({ items: shapes }, [{ kind: "circle" }, { kind: "square" }])).toEqual([
      "0.r: is missing",
      "1.a: is missing",
    ]);
  });

  test("in lines that are never long, and never many", () => {
    const long = "x".repeat(5000);
    for (const [schema, value] of [
      [{ enum: [1] }, long],
      [{ additionalProperties: false }, { [long]: 1 }],
      [{ enum: Array.from({ length: 500 }, (_, at) => `${at}${long}`) }, 1],
      [{ required: [long] }, {}],
      [{ pattern: `^${long}a$` }, long],
    ] as const) {
      expect(told(schema, value).join("\n").length).toBeLessThan(1000);
    }
    const lines = told({ items: text }, Array(100_000).fill(1));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("and 99980 more");
  });
});

describe("a value", () => {
  test("is copied and left as it is", () => {
    const value = Object.freeze({ a: Object.freeze([Object.freeze({})]), gone: undefined });
    const schema = { properties: { a: { items: { properties: { n: { default: 1 } } } } } };
    expect(made(schema, value)).toEqual({ a: [{ n: 1 }] });
    expect(made({}, value.a)).not.toBe(value.a);
  });

  test("that JSON cannot say is told", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const [value, line] of [
      [undefined, "is missing"],
      [{ a: [new Date(0)] }, "a.0: is not JSON: a Date"],
      [[undefined], "0: is not JSON: undefined"],
      [Number.NaN, "is not JSON: NaN"],
      [{ a: 1n }, "a: is not JSON: a bigint"],
      [() => 1, "is not JSON: a function"],
      [{ "\ud800": 1 }, "has a name with half a surrogate pair"],
      [circle, "is nested more than 100 levels deep"],
    ] as const) {
      expect(told({}, value)).toEqual([line]);
    }
  });

  test("may be as deep as a file, and no deeper", () => {
    const schema = { $ref: "#/$defs/a", $defs: { a: { type: "array", items: { $ref: "#" } } } };
    const deep = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    expect(told(schema, deep(100))).toEqual([]);
    expect(told(schema, deep(5000))).toEqual(["is nested more than 100 levels deep"]);
  });

  test("may have names that objects have, too", () => {
    const schema = JSON.parse(
      '{ "properties": { "__proto__": { "type": "string" }, "constructor": { "default": 1 } }, "required": ["__proto__"] }',
    );
    const value = JSON.parse('{ "__proto__": "a" }');
    expect(JSON.stringify(made(schema, value))).toBe('{"__proto__":"a","constructor":1}');
    expect(told(schema, {})).toEqual(["__proto__: is missing"]);
  });

  test("of alternatives that refer to each other is checked in time, or refused", () => {
    const kinds = (tag: JsonSchema | undefined) =>
      Array.from({ length: 8 }, (_, at) => ({
        properties: { children: { items: { $ref: "#" } }, ...(tag ?? { kind: { const: at } }) },
        required: ["children", `x${at}`].slice(0, tag ? 2 : 1),
      }));
    let tree: unknown = { kind: 0, children: [] };
    for (let level = 0; level < 9; level++) tree = { children: [tree], kind: 7 };
    expect(told({ oneOf: kinds(undefined) }, tree)).toEqual([]);
    expect(told({ oneOf: kinds({ n: true }) }, tree)).toEqual([
      "is too large to be checked against the schema",
    ]);
  });
});

describe("a default", () => {
  const one = { properties: { n: { default: 1 } } };
  const absent = {};

  test.each<[string, JsonSchema, unknown, unknown]>([
    ["of a property", one, absent, { n: 1 }],
    ["of a required property", { ...one, required: ["n"] }, absent, { n: 1 }],
    ["is no more than that: a value stays", one, { n: null }, { n: null }],
    ["of what is no object", one, "text", "text"],
    ["in an object in an object", { properties: { a: one } }, { a: {} }, { a: { n: 1 } }],
    ["in an object that is absent is none", { properties: { a: one } }, {}, {}],
    [
      "that has absent properties with defaults",
      { properties: { a: { ...one, default: {} } } },
      {},
      { a: { n: 1 } },
    ],
    ["in items", { items: one }, [{}, { n: 2 }, 3], [{ n: 1 }, { n: 2 }, 3]],
    ["in the first items", { prefixItems: [one], items: {} }, [{}, {}], [{ n: 1 }, {}]],
    ["in other properties", { additionalProperties: one }, { a: {} }, { a: { n: 1 } }],
    [
      "in matching ones",
      { patternProperties: { "^a": one } },
      { ab: {}, b: {} },
      { ab: { n: 1 }, b: {} },
    ],
    ["through a reference", { $ref: "#/$defs/a", $defs: { a: one } }, {}, { n: 1 }],
    [
      "of a reference",
      { properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { default: 2 } } },
      {},
      { a: 2 },
    ],
    [
      "beside a reference",
      { properties: { a: { $ref: "#/$defs/a", default: 1 } }, $defs: { a: { default: 2 } } },
      {},
      { a: 1 },
    ],
    ["through allOf", { allOf: [one, { properties: { m: { default: 2 } } }] }, {}, { n: 1, m: 2 }],
    [
      "in the first of anyOf that holds",
      { anyOf: [{ ...one, required: ["a"] }, one] },
      {},
      { n: 1 },
    ],
    ["in none of anyOf that does not hold", { anyOf: [{ ...one, required: ["a"] }, {}] }, {}, {}],
    [
      "in the one of oneOf",
      { oneOf: [{ required: ["a"], ...one }, { required: ["b"] }] },
      { b: 1 },
      { b: 1 },
    ],
    ["under then", ifThen(one), { a: 1 }, { a: 1, n: 1 }],
    ["under then where if does not hold", ifThen(one), {}, {}],
    ["under else", { if: { required: ["a"] }, else: one }, {}, { n: 1 }],
    ["under if", { if: one }, {}, {}],
    ["under not", { not: { properties: { n: { default: 1 } }, required: ["a"] } }, {}, {}],
    ["under dependentSchemas", { dependentSchemas: { a: one } }, { a: 1 }, { a: 1, n: 1 }],
    ["that does not fit its schema", { properties: { n: { ...text, default: null } } }, {}, {}],
    ["that the whole does not fit", { ...one, maxProperties: 0 }, {}, {}],
    ["of the whole", { default: 7 }, undefined, 7],
    ["of a part that leads back", { properties: { a: { $ref: "#", default: {} } } }, {}, { a: {} }],
  ])("%s", (_what, schema, value, expected) => {
    expect(made(schema, value)).toEqual(expected);
  });

  test("is a copy each time", () => {
    const check = createChecker({ properties: { list: { default: [] } } });
    const [first, second] = [check({}), check({})].map((result) =>
      result.issues ? undefined : (result.value as { readonly list: unknown }),
    );
    expect(first?.list).not.toBe(second?.list);
  });

  test("stands where the schema has it", () => {
    const schema = { properties: { a: {}, n: { default: 1 }, kind: { const: 1 }, b: {} } };
    expect(Object.keys(made(schema, { more: 1, kind: 1, b: 1, a: 1 }) as object)).toEqual([
      "a",
      "n",
      "kind",
      "b",
      "more",
    ]);
  });
});
