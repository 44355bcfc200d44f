import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";

/** Whether a value fits a JSON Schema of draft 2020-12, as far as tests use it. */
export function fits(value: Json, schema: Json, root: Json = schema): boolean {
  if (typeof schema === "boolean") return schema;
  if (!isJsonObject(schema)) throw new TypeError(`${JSON.stringify(schema)} is no schema`);
  return (
    fitsReference(value, schema, root) &&
    fitsCombinations(value, schema, root) &&
    fitsValues(value, schema) &&
    fitsScalar(value, schema) &&
    (!Array.isArray(value) || fitsList(value, schema, root)) &&
    (!isJsonObject(value) || fitsObject(value, schema, root))
  );
}

function fitsReference(value: Json, { $ref: reference }: JsonObject, root: Json): boolean {
  if (reference === undefined) return true;
  let target: Json | undefined = root;
  for (const step of String(reference).split("/").slice(1)) {
    target = isJsonObject(target) ? target[step] : undefined;
  }
  if (target === undefined) throw new TypeError(`${String(reference)} leads nowhere`);
  return fits(value, target, root);
}

function fitsCombinations(value: Json, schema: JsonObject, root: Json): boolean {
  const { anyOf, oneOf, allOf, not } = schema;
  const fitting = (parts: Json | undefined) =>
    (Array.isArray(parts) ? parts : []).filter((part: Json) => fits(value, part, root)).length;
  if (Array.isArray(anyOf) && fitting(anyOf) === 0) return false;
  if (Array.isArray(oneOf) && fitting(oneOf) !== 1) return false;
  if (Array.isArray(allOf) && fitting(allOf) < allOf.length) return false;
  return not === undefined || !fits(value, not, root);
}

function fitsValues(value: Json, schema: JsonObject): boolean {
  const { enum: values, const: constant, type } = schema;
  if (constant !== undefined && !isDeepStrictEqual(value, constant)) return false;
  if (Array.isArray(values) && !values.some((one: Json) => isDeepStrictEqual(one, value)))
    return false;
  const types: readonly Json[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  return types.length === 0 || types.some((name) => isOfType(value, name));
}

function isOfType(value: Json, type: Json): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isJsonObject(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function fitsScalar(value: Json, schema: JsonObject): boolean {
  const { pattern, minLength, maxLength, minimum, maximum } = schema;
  if (typeof value === "string") {
    if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value)) return false;
    if (typeof minLength === "number" && value.length < minLength) return false;
    if (typeof maxLength === "number" && value.length > maxLength) return false;
  }
  if (typeof value === "number") {
    if (typeof minimum === "number" && value < minimum) return false;
    if (typeof maximum === "number" && value > maximum) return false;
  }
  return true;
}

function fitsList(list: readonly Json[], schema: JsonObject, root: Json): boolean {
  const { items, prefixItems, minItems, maxItems } = schema;
  if (typeof minItems === "number" && list.length < minItems) return false;
  if (typeof maxItems === "number" && list.length > maxItems) return false;
  const first: readonly Json[] = Array.isArray(prefixItems) ? prefixItems : [];
  return list.every((item, index) => fits(item, first[index] ?? items ?? {}, root));
}

function fitsObject(object: JsonObject, schema: JsonObject, root: Json): boolean {
  const { properties, required, additionalProperties, patternProperties, propertyNames } = schema;
  const named = isJsonObject(properties) ? properties : {};
  const patterns = Object.entries(isJsonObject(patternProperties) ? patternProperties : {});
  const demanded: readonly Json[] = Array.isArray(required) ? required : [];
  if (!demanded.every((name) => Object.hasOwn(object, String(name)))) return false;
  return Object.entries(object).every(([name, value]) => {
    if (propertyNames !== undefined && !fits(name, propertyNames, root)) return false;
    const own = Object.hasOwn(named, name) ? [named[name] ?? {}] : [];
    const matching = patterns.filter(([pattern]) => new RegExp(pattern, "u").test(name));
    const schemas = [...own, ...matching.map(([, part]) => part)];
    const all = schemas.length === 0 ? [additionalProperties ?? {}] : schemas;
    return all.every((part) => fits(value, part, root));
  });
}
