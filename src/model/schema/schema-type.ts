import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../json.ts";
import { referredSchema } from "./schema-parts.ts";

/**
 * How many parts that references lead to are looked at; further references are `unknown`. A few
 * definitions that refer to each other twice would else double at every level.
 */
const MAX_REFERRED_PARTS = 5000;

interface Context {
  readonly root: JsonSchema;
  /** References that are being followed; one that leads back to itself has no end. */
  readonly following: ReadonlySet<string>;
  /** How many parts of what references lead to may still be looked at. */
  readonly open: { parts: number };
  readonly indent: string;
  /** Whether the type is for a message: on one line, without `readonly`. */
  readonly isLine: boolean;
  /** Whether the type is of values in which defaults are filled in. */
  readonly isFilled: boolean;
}

const UNKNOWN = "unknown";

/**
 * A JSON Schema as the text of a TypeScript type. Every value that fits the schema has the type; the
 * other way round only as far as types go: bounds, patterns and the like are not in it, and what it
 * cannot say at all (conditions, a schema that holds itself, one of very many parts) is `unknown` there.
 *
 * @param indent put before each line but the first
 *
 * @example
 * schemaType({ type: ["string", "null"] }, ""); // "string | null"
 */
export function schemaType(schema: JsonSchema, indent: string): string {
  return typeOf(schema, { ...beginning(schema), indent, isLine: false, isFilled: false });
}

/** The type of values that were checked against the schema: a property with a default is there. */
export function filledType(schema: JsonSchema, indent: string): string {
  return typeOf(schema, { ...beginning(schema), indent, isLine: false, isFilled: true });
}

/**
 * The same on one line, as messages say it.
 *
 * @example
 * schemaLine({ type: "object", properties: { only: { type: "array" } } }); // "{ only?: unknown[] }"
 */
export function schemaLine(schema: JsonSchema): string {
  return typeOf(schema, { ...beginning(schema), indent: "", isLine: true, isFilled: false });
}

function beginning(root: JsonSchema): Pick<Context, "root" | "following" | "open"> {
  return { root, following: new Set(), open: { parts: MAX_REFERRED_PARTS } };
}

function typeOf(schema: Json | undefined, context: Context): string {
  if (context.following.size > 0) context.open.parts--;
  if (schema === false) return "never";
  if (!isJsonObject(schema)) return UNKNOWN;
  return intersection(partsOf(schema, context));
}

/** What each keyword says by itself; a value must fit all of them. */
function partsOf(schema: JsonObject, context: Context): readonly string[] {
  const parts: string[] = [];
  if (typeof schema.$ref === "string") parts.push(referredType(schema.$ref, context));
  if (schema.const !== undefined) parts.push(literal(schema.const));
  else if (Array.isArray(schema.enum)) parts.push(union(schema.enum.map(literal)));
  else parts.push(...namedTypes(schema, context));
  for (const keyword of ["anyOf", "oneOf"]) {
    const choices = schema[keyword];
    if (Array.isArray(choices)) parts.push(union(choices.map((each) => typeOf(each, context))));
  }
  if (Array.isArray(schema.allOf)) parts.push(...schema.allOf.map((each) => typeOf(each, context)));
  return parts;
}

function namedTypes(schema: JsonObject, context: Context): readonly string[] {
  const { type } = schema;
  if (Array.isArray(type))
    return [union([...new Set<Json>(type)].map((each) => namedType(each, schema, context)))];
  if (type !== undefined) return [namedType(type, schema, context)];
  // Not said, and always meant.
  return isJsonObject(schema.properties) ? [objectType(schema, context)] : [];
}

function namedType(type: Json, schema: JsonObject, context: Context): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
    case "number":
      return type;
    case "integer":
      return "number";
    case "array":
      return arrayType(schema, context);
    case "object":
      return objectType(schema, context);
    default:
      return UNKNOWN;
  }
}

function referredType(reference: string, context: Context): string {
  if (context.following.has(reference) || context.open.parts <= 0) return UNKNOWN;
  const target = referredSchema(context.root, reference);
  const following = new Set([...context.following, reference]);
  return typeOf(target, { ...context, following });
}

function arrayType({ prefixItems, items, minItems }: JsonObject, context: Context): string {
  if (!Array.isArray(prefixItems)) return listOf(typeOf(items, context), context);
  const least = typeof minItems === "number" ? minItems : 0;
  const first = prefixItems.map((item, index) => {
    const type = typeOf(item, context);
    return index < least ? type : `(${type})?`;
  });
  const rest = items === false ? [] : [`...${listOf(typeOf(items, context), context)}`];
  return `${context.isLine ? "" : "readonly "}[${[...first, ...rest].join(", ")}]`;
}

function listOf(type: string, { isLine }: Context): string {
  if (!isLine) return `ReadonlyArray<${type}>`;
  return /^[\w.]+$/.test(type) ? `${type}[]` : `Array<${type}>`;
}

function objectType(schema: JsonObject, context: Context): string {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required: readonly Json[] = Array.isArray(schema.required) ? schema.required : [];
  const indent = `${context.indent}  `;
  const inner = { ...context, indent };
  const names = new Set([
    ...Object.keys(properties),
    ...required.filter((name) => typeof name === "string"),
  ]);
  const fields = [...names].map((name) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : {};
    const isThere = required.includes(name) || (context.isFilled && hasDefault(property));
    return `${propertyName(name)}${isThere ? "" : "?"}: ${typeOf(property, inner)}`;
  });
  const others = otherProperties(schema, inner, names.size > 0);
  if (context.isLine && fields.length === 0) {
    if (others === "never") return "{}";
    if (others === UNKNOWN) return "object";
  }
  if (others !== undefined) fields.push(`[key: string]: ${others}`);
  if (fields.length === 0) return "object";
  if (context.isLine) return `{ ${fields.join("; ")} }`;
  return braced(
    fields.map((field) => `readonly ${field};`),
    context.indent,
  );
}

function hasDefault(schema: Json | undefined): boolean {
  return isJsonObject(schema) && schema["default"] !== undefined;
}

/** The type of properties that are not named; an index signature must fit the named ones, too. */
function otherProperties(schema: JsonObject, context: Context, hasNamed: boolean) {
  const { additionalProperties: others } = schema;
  const mayBeAny = isJsonObject(schema.patternProperties);
  if (hasNamed) return others === undefined || others === false ? undefined : UNKNOWN;
  if (others === false && !mayBeAny) return "never";
  return mayBeAny ? UNKNOWN : typeOf(others, context);
}

/** Lines between braces, each indented one step further than what surrounds them. */
export function braced(lines: readonly string[], indent: string): string {
  return `{\n${lines.map((line) => `${indent}  ${line}\n`).join("")}${indent}}`;
}

/** A name as a key of a type. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function literal(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `readonly [${value.map(literal).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, each]) => `readonly ${propertyName(key)}: ${literal(each)}`,
  );
  return entries.length === 0 ? "object" : `{ ${entries.join("; ")} }`;
}

/** One of several types. */
export function union(types: readonly string[]): string {
  if (types.includes(UNKNOWN)) return UNKNOWN;
  const different = [...new Set(types)].filter((type) => type !== "never");
  if (different.length < 2) return different[0] ?? "never";
  return different.join(" | ");
}

function intersection(types: readonly string[]): string {
  const different = [...new Set(types)].filter((type) => type !== UNKNOWN);
  if (different.length < 2) return different[0] ?? UNKNOWN;
  // Unions bind weaker.
  return different.map((type) => (type.includes(" | ") ? `(${type})` : type)).join(" & ");
}
