import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isJsonObject, type JsonObject, type JsonSchema, ownField } from "../model/json.ts";
import type { Schema } from "./schema.ts";

/** What one field of an object takes. */
export interface FieldType<Value> {
  readonly jsonSchema: JsonSchema;
  /** Completes "expected ...". */
  readonly expects: string;
  readonly fits: (value: unknown) => value is Value;
}

interface Required<Value> extends FieldType<Value> {
  readonly presence: "required";
}

interface Optional<Value> extends FieldType<Value> {
  readonly presence: "optional";
}

interface Defaulted<Value> extends FieldType<Value> {
  readonly presence: "defaulted";
  readonly fallback: Value;
}

type Field = Required<unknown> | Optional<unknown> | Defaulted<unknown>;
type Fields = Readonly<Record<string, Field>>;
type ValueOf<F extends Field> = F extends FieldType<infer Value> ? Value : never;
type KeysWith<All extends Fields, Presence> = {
  [Key in keyof All]: All[Key]["presence"] extends Presence ? Key : never;
}[keyof All];

type ObjectOf<All extends Fields, AlwaysThere> = {
  readonly [Key in KeysWith<All, AlwaysThere>]: ValueOf<All[Key]>;
} & {
  readonly [Key in Exclude<keyof All, KeysWith<All, AlwaysThere>>]?: ValueOf<All[Key]>;
};

/** A field that must be there. */
export function required<Value>(type: FieldType<Value>): Required<Value> {
  return { ...type, presence: "required" };
}

/** A field that may be absent. */
export function optional<Value>(type: FieldType<Value>): Optional<Value> {
  return { ...type, presence: "optional" };
}

/** A field that has the value `fallback` where it is absent. */
export function defaulted<Value extends JsonObject[string]>(
  type: FieldType<Value>,
  fallback: Value,
): Defaulted<Value> {
  const jsonSchema = { ...type.jsonSchema, default: fallback };
  return { ...type, jsonSchema, presence: "defaulted", fallback };
}

/**
 * The schema of an object of plain fields and no others; what a run always needs is described with
 * it, so that no schema library is loaded.
 *
 * @param expects what is said to be expected of something that is no object
 *
 * @example
 * objectSchema({ path: required(text("A path.")), limit: defaulted(wholeNumber("How many."), 10) });
 */
export function objectSchema<All extends Fields>(
  fields: All,
  expects = "an object",
): Schema<ObjectOf<All, "required">, ObjectOf<All, "required" | "defaulted">> {
  return {
    "~standard": {
      version: 1,
      vendor: "llm-do",
      validate: (value) => {
        if (!isJsonObject(value)) return { issues: [{ message: `expected ${expects}` }] };
        const issues = issuesOf(fields, value);
        if (issues.length > 0) return { issues };
        // Every field was checked, and no other is there.
        return { value: filledIn(fields, value) as ObjectOf<All, "required" | "defaulted"> };
      },
      jsonSchema: {
        input: () => describe(fields, ["required"]),
        output: () => describe(fields, ["required", "defaulted"]),
      },
    },
  };
}

function issuesOf(fields: Fields, value: JsonObject): readonly StandardSchemaV1.Issue[] {
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(fields, key));
  const wrong = Object.entries(fields).filter(([key, field]) => {
    const given = ownField(value, key);
    if (given === undefined) return field.presence === "required";
    return !field.fits(given);
  });
  return [
    ...unknown.map((key) => ({ message: `unknown key "${key}"` })),
    ...wrong.map(([key, { expects }]) => ({ message: `expected ${expects}`, path: [key] })),
  ];
}

function filledIn(fields: Fields, value: JsonObject): Readonly<Record<string, unknown>> {
  const filled = Object.entries(fields).map(([key, field]) => {
    const fallback = field.presence === "defaulted" ? field.fallback : undefined;
    return [key, value[key] ?? fallback] as const;
  });
  return Object.fromEntries(filled.filter(([, given]) => given !== undefined));
}

function describe(fields: Fields, alwaysThere: readonly Field["presence"][]) {
  const entries = Object.entries(fields);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([key, { jsonSchema }]) => [key, jsonSchema])),
    required: entries.flatMap(([key, { presence }]) =>
      alwaysThere.includes(presence) ? [key] : [],
    ),
    additionalProperties: false,
  };
}

/** Any text. */
export function text(description: string): FieldType<string> {
  return {
    jsonSchema: { type: "string", description },
    expects: "string",
    fits: (value) => typeof value === "string",
  };
}

/** A list of texts. */
export function textList(description: string, expects: string): FieldType<readonly string[]> {
  return {
    jsonSchema: { type: "array", items: { type: "string" }, description },
    expects,
    fits: (value): value is readonly string[] =>
      Array.isArray(value) && value.every((item) => typeof item === "string"),
  };
}

/** A whole number that is `minimum` or more. */
export function wholeNumber(description: string, minimum: number): FieldType<number> {
  return {
    jsonSchema: { type: "integer", minimum, description },
    expects: `a whole number of ${minimum} or more`,
    fits: (value): value is number =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= minimum,
  };
}
