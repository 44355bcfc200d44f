import { canonicalJson } from "../../../model/canonical.ts";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../../model/json.ts";
import { isRegExp } from "./schema-pattern.ts";

/**
 * One object that has the properties of all variants and requires what all of them require. It
 * accepts what any of them accepts, with one exception: a property that one variant describes and
 * another, open one does not mention is described for both.
 */
export function mergeVariants(variants: readonly JsonObject[]): JsonSchema {
  const names = new Set(variants.flatMap((variant) => Object.keys(propertiesOf(variant))));
  const properties = [...names].map((name) => [name, propertyOf(variants, name)] as const);
  const required = requiredOf(variants[0] ?? {}).filter((name) =>
    variants.every((variant) => requiredOf(variant).includes(name)),
  );
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    ...othersOf(variants),
  };
}

/**
 * The variants in words, as a model is told them.
 *
 * @param names other names that properties have for the model
 */
export function tellVariants(
  variants: readonly JsonObject[],
  names: ReadonlyMap<string, string>,
): string {
  const tell = (name: string, schema: Json | undefined) =>
    tellProperty(names.get(name) ?? name, schema);
  const lines = variants.map((variant) => {
    const required = requiredOf(variant);
    const all = Object.entries(propertiesOf(variant));
    const optional = all.filter(
      ([name]) => !required.includes(name) && variants.some((other) => !hasProperty(other, name)),
    );
    const said = [
      ...required.map((name) => tell(name, propertiesOf(variant)[name])),
      ...optional.map(([name, schema]) => `[${tell(name, schema)}]`),
    ];
    return `- ${said.length === 0 ? "nothing that must be there" : said.join(", ")}`;
  });
  const unique = [...new Set(lines)];
  return `The input has the properties of one of these lines; those in brackets may be left out:\n${unique.join("\n")}`;
}

function tellProperty(name: string, schema: Json | undefined): string {
  const values = isJsonObject(schema) ? scalarsOf(schema) : undefined;
  const shown = /^[\w.$@-]+$/.test(name) ? name : JSON.stringify(name);
  if (!values || values.length === 0) return shown;
  return `${shown}: ${values.map((value) => JSON.stringify(value)).join(" or ")}`;
}

function propertyOf(variants: readonly JsonObject[], name: string): Json {
  const schemas = new Map<string, Json>();
  const add = (schema: Json) => schemas.set(canonicalJson(schema), schema);
  for (const variant of variants) {
    const { additionalProperties: others } = variant;
    const matching = patternsOf(variant).filter(([pattern]) => matches(pattern, name));
    if (hasProperty(variant, name)) add(propertiesOf(variant)[name] ?? {});
    else if (matching.length > 0) add(matching.length === 1 ? (matching[0]?.[1] ?? {}) : {});
    else if (others === true) add({});
    else if (isJsonObject(others)) add(others);
  }
  const all = [...schemas.values()];
  const [first = {}] = all;
  if (all.length === 1) return first;
  const values = all.map((schema) => (isJsonObject(schema) ? scalarsOf(schema) : undefined));
  if (values.every((list) => list !== undefined)) return oneOfValues(all, values.flat());
  return { anyOf: all };
}

function oneOfValues(schemas: readonly Json[], values: readonly Json[]): JsonObject {
  const types = new Set(schemas.map((schema) => (isJsonObject(schema) ? schema["type"] : null)));
  const [type] = types;
  const unique = [...new Set(values)];
  return types.size === 1 && type != null ? { type, enum: unique } : { enum: unique };
}

/** The values of a schema that lists them and says nothing else of them. */
function scalarsOf(schema: JsonObject): readonly Json[] | undefined {
  const { const: constant, enum: values, type: _type, ...rest } = schema;
  const isMore = Object.keys(rest).some((key) => key !== "description" && key !== "title");
  const all = constant === undefined ? values : [constant];
  if (isMore || !Array.isArray(all)) return undefined;
  return all.every((value: Json) => typeof value !== "object" || value === null) ? all : undefined;
}

/** Whether properties without a name of their own are allowed, where the variants agree. */
function othersOf(variants: readonly JsonObject[]): JsonObject {
  if (variants.some((variant) => patternsOf(variant).length > 0)) return {};
  const others = variants.map((variant) => variant["additionalProperties"]);
  if (others.every((schema) => schema === false)) return { additionalProperties: false };
  const open = others.filter((schema) => schema !== false);
  if (!open.every(isJsonObject)) return {};
  const unique = [...new Map(open.map((schema) => [canonicalJson(schema), schema])).values()];
  const [first = {}] = unique;
  return { additionalProperties: unique.length === 1 ? first : { anyOf: unique } };
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}

function hasProperty(variant: JsonObject, name: string): boolean {
  return Object.hasOwn(propertiesOf(variant), name);
}

function requiredOf({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

function patternsOf({ patternProperties }: JsonObject): readonly (readonly [string, Json])[] {
  return isJsonObject(patternProperties) ? Object.entries(patternProperties) : [];
}

function matches(pattern: string, name: string): boolean {
  return isRegExp(pattern) && new RegExp(pattern, "u").test(name);
}
