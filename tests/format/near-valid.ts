import fc from "fast-check";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../src/model/json.ts";

/** What stands in a value's place by mistake; null counts as absent and is left out. */
const STRAY = fc.constantFrom<Json>(
  ...[true, false, 0, 1, -1, 0.5, 7, 1e6, 2 ** 53, "", " ", "a", "no", "https://a.b", "*.a.b:1"],
  ...[[], ["a"], [1], [""], {}, { a: 1 }, { kind: "a" }],
);

const NAMES = fc.constantFrom("a", "A_b", "a=b", "a b", "", "__proto__", "toString", "command");

/** One in so many values is not what the schema says. */
const RARE = 12;

/**
 * Values that a schema takes, nearly: of the words that the schemas of formats use, each is kept as
 * a rule, and broken now and then.
 */
export function nearValid(root: JsonSchema): fc.Arbitrary<Json> {
  const definitions = isJsonObject(root["$defs"]) ? root["$defs"] : {};
  const of = (schema: Json | undefined, depth: number): fc.Arbitrary<Json> => {
    if (!isJsonObject(schema) || depth > 6) return STRAY;
    const right = rightValue(schema, (inner) => of(inner, depth + 1), definitions);
    return fc.oneof({ arbitrary: right, weight: RARE }, { arbitrary: STRAY, weight: 1 });
  };
  return of(root, 0);
}

type Inner = (schema: Json | undefined) => fc.Arbitrary<Json>;

function rightValue(schema: JsonObject, inner: Inner, definitions: JsonObject): fc.Arbitrary<Json> {
  const { $ref, anyOf, enum: names, const: only, type } = schema;
  if (typeof $ref === "string") return inner(definitions[$ref.slice("#/$defs/".length)]);
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((one: Json) => inner(one)));
  if (Array.isArray(names)) return fc.constantFrom<Json>(...names);
  if (only !== undefined) return fc.constant(only);
  const types = Array.isArray(type) ? type.map(String) : [String(type)];
  return fc.oneof(...types.map((each) => typedValue(each, schema, inner)));
}

function typedValue(type: string, schema: JsonObject, inner: Inner): fc.Arbitrary<Json> {
  switch (type) {
    case "boolean":
      return fc.boolean();
    case "number":
    case "integer":
      return fc.oneof(fc.constantFrom(...edgesOf(schema)), fc.integer({ min: 0, max: 100 }));
    case "string":
      return textOf(schema);
    case "array":
      return fc.array(inner(schema["items"]), { maxLength: 3 });
    case "object":
      return objectOf(schema, inner);
    default:
      return STRAY;
  }
}

function edgesOf(schema: JsonObject): readonly number[] {
  const edges = ["minimum", "maximum", "exclusiveMinimum"].map((word) => schema[word]);
  const found = edges.filter((edge) => typeof edge === "number");
  return [0.5, ...found.flatMap((edge) => [edge - 1, edge, edge + 1])];
}

function textOf({ pattern }: JsonObject): fc.Arbitrary<Json> {
  const any = fc.constantFrom(
    "ls",
    "git log",
    "a/b",
    "~",
    "*.a.org",
    "*",
    "a\0b",
    "https://a.b/?c",
  );
  if (typeof pattern !== "string") return any;
  return fc.oneof(any, fc.stringMatching(new RegExp(pattern.replace("(?!~)", ""), "u")));
}

function objectOf(schema: JsonObject, inner: Inner): fc.Arbitrary<Json> {
  const { properties, additionalProperties, required } = schema;
  if (!isJsonObject(properties)) {
    return fc.dictionary(NAMES, inner(additionalProperties), { maxKeys: 3 }) as fc.Arbitrary<Json>;
  }
  const keys = Object.keys(properties);
  const needed = Array.isArray(required) ? required.map(String) : [];
  const fields = Object.fromEntries(keys.map((key) => [key, inner(properties[key])]));
  const whole = fc.record(fields, { requiredKeys: needed });
  const stray = fc.tuple(whole, fc.constantFrom(...needed, "stray", "__proto__"), STRAY);
  const broken = stray.map(([value, key, by]) =>
    needed.includes(key)
      ? without(value, key)
      : Object.fromEntries([...Object.entries(value), [key, by]]),
  );
  return fc.oneof({ arbitrary: whole, weight: RARE }, { arbitrary: broken, weight: 1 });
}

function without(value: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

/** A valid value in which one or two things are not as they were. */
export function changedIn(sample: Json): fc.Arbitrary<Json> {
  return fc
    .array(fc.tuple(fc.nat(), fc.constantFrom("replace", "rename", "drop", "copy"), STRAY), {
      minLength: 1,
      maxLength: 2,
    })
    .map((changes) =>
      changes.reduce((json, [at, how, stray]) => {
        const places = placesOf(json);
        return changedAt(json, places[at % places.length] ?? [], { how, stray });
      }, sample),
    );
}

/** The path of every value inside of a value. */
function placesOf(json: Json): readonly (readonly string[])[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([step, inner]) => [
    [step],
    ...placesOf(inner as Json).map((rest) => [step, ...rest]),
  ]);
}

interface Change {
  readonly how: string;
  readonly stray: Json;
}

function changedAt(json: Json, [step, ...rest]: readonly string[], change: Change): Json {
  if (step === undefined || typeof json !== "object" || json === null) return json;
  const entries: [string, Json][] = Object.entries(json).flatMap(([key, value]) => {
    if (key !== step) return [[key, value as Json]];
    if (rest.length > 0) return [[key, changedAt(value as Json, rest, change)]];
    if (change.how === "drop") return [];
    if (change.how === "replace") return [[key, change.stray]];
    return change.how === "rename"
      ? [[`${key}x`, value as Json]]
      : [
          [key, value as Json],
          [`${key}x`, value as Json],
        ];
  });
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
