import { inlineSchema } from "../../../functions/inline-schema.ts";
import { isSchema, type Schema, validate } from "../../../functions/schema.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import { isJsonObject, type Json, ownField, readableJson } from "../../../model/json.ts";
import type { Failure } from "../../run/failure.ts";
import { compilePath } from "../file/json-path.ts";
import type { Mismatch, ValueMatcher, WrittenSchema } from "../file/value-matcher.ts";

/**
 * Where a value is not what a matcher wants; nothing where it is.
 *
 * @param value undefined where there is no value at all, which nothing but a negation fits
 */
export async function matchValue(
  matcher: ValueMatcher,
  value: Json | undefined,
  path = "",
): Promise<readonly Mismatch[]> {
  const wrong = (expected: string): readonly Mismatch[] => [{ path, expected, found: value }];
  switch (matcher.kind) {
    case "equals":
      return isEqualValue(matcher.value, value)
        ? []
        : wrong(shownJson(matcher.value)).map((one) => ({ ...one, equals: matcher.value }));
    case "contains":
      return matcher.parts.flatMap((part) =>
        hasPart(value, part) ? [] : wrong(`something with ${shownJson(part)} in it`),
      );
    case "matches":
      return typeof value === "string" && value.search(matcher.pattern) >= 0
        ? []
        : wrong(`text that matches ${matcher.pattern}`);
    case "schema": {
      const checked = await validate(await schemaOf(matcher.schema), value);
      return checked.kind === "valid"
        ? []
        : wrong(`what fits the schema (${checked.issues.join("; ")})`);
    }
    case "path":
      return matchValue(matcher.value, found(matcher.path, value), join(path, matcher.path));
    case "fields":
      return matchFields(matcher.fields, value, path);
    case "not": {
      const inner = await matchValue(matcher.value, value, path);
      return inner.length > 0 ? [] : wrong(`not ${describeMatcher(matcher.value)}`);
    }
    case "all":
      return (await Promise.all(matcher.of.map((one) => matchValue(one, value, path)))).flat();
  }
}

async function schemaOf(schema: Schema | WrittenSchema): Promise<Schema> {
  if (isSchema(schema)) return schema;
  const { jsonSchema, place } = schema;
  return inlineSchema(jsonSchema, { key: "schema", place });
}

async function matchFields(
  fields: ReadonlyMap<string, ValueMatcher>,
  value: Json | undefined,
  path: string,
): Promise<readonly Mismatch[]> {
  if (!isJsonObject(value)) {
    return [{ path, expected: `an object with ${[...fields.keys()].join(", ")}`, found: value }];
  }
  const all = [...fields].map(([name, matcher]) => {
    const field = ownField(value, name);
    return matchValue(matcher, field, path === "" ? name : `${path}.${name}`);
  });
  return (await Promise.all(all)).flat();
}

/** A matcher in words, for messages: completes "expected ...". */
export function describeMatcher(matcher: ValueMatcher): string {
  switch (matcher.kind) {
    case "equals":
      return shownJson(matcher.value);
    case "contains":
      return `something with ${matcher.parts.map(shownJson).join(" and ")} in it`;
    case "matches":
      return `text that matches ${matcher.pattern}`;
    case "schema":
      return "what fits the schema";
    case "path":
      return `${describeMatcher(matcher.value)} at ${matcher.path}`;
    case "fields":
      return `{ ${[...matcher.fields].map(([name, one]) => `${name}: ${describeMatcher(one)}`).join(", ")} }`;
    case "not":
      return `not ${describeMatcher(matcher.value)}`;
    case "all":
      return matcher.of.map(describeMatcher).join(" and ");
  }
}

function isEqualValue(left: Json, right: Json | undefined): boolean {
  return right !== undefined && canonicalJson(left) === canonicalJson(right);
}

function hasPart(value: Json | undefined, part: Json): boolean {
  if (typeof value === "string") return typeof part === "string" && value.includes(part);
  return Array.isArray(value) && value.some((item: Json) => isEqualValue(part, item));
}

/** What a JSONPath finds in a value. */
function found(path: string, value: Json | undefined): Json | undefined {
  return value === undefined ? undefined : compilePath(path)(value);
}

function join(path: string, inner: string): string {
  return path === "" ? inner : `${path} ${inner}`;
}

/** Most characters of a value in a message. */
const SHOWN_CHARACTERS = 200;

export function shownJson(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/**
 * A mismatch for a person, and the two texts where they are worth comparing line by line.
 *
 * @param what that was looked at: `the output`
 */
export function mismatchText(
  what: string,
  { path, expected, found, equals }: Mismatch,
): Pick<Failure, "message" | "actual" | "expected"> {
  const where = path === "" ? what : `${what}, at ${path}`;
  const message = `${where}: expected ${expected}, found ${found === undefined ? "nothing" : shownJson(found)}`;
  if (found === undefined || equals === undefined) return { message };
  return { message, actual: readableJson(found), expected: readableJson(equals) };
}
