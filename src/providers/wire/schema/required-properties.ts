import { isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";
import { typesOfSchema, withoutKeywords } from "../../../model/schema/schema-parts.ts";
import type { StepContext, Stepped } from "./schema-step.ts";

/**
 * What must be there is among the properties. A record of known names becomes an object of them; of
 * what may be no object, or cannot have the property, the demand is told.
 */
export function withRequired(
  schema: JsonObject,
  { rules, writable }: StepContext,
): Stepped | undefined {
  if (!rules.requiredDefined) return undefined;
  const { required } = schema;
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const isNew = (name: string): boolean => !Object.hasOwn(properties, name);
  const demanded = Array.isArray(required) ? required.map(String) : [];
  const known = namesOfRecord(schema, properties);
  const added = [...new Set([...(known ?? []), ...demanded])].filter(isNew);
  if (added.length === 0) return undefined;
  const isObject = typesOfSchema(schema).includes("object");
  if (!isObject || schema["additionalProperties"] === false) return withoutNew(schema, isNew);
  const each = furtherOf(schema, added.length, writable);
  const written = {
    ...schema,
    properties: { ...properties, ...Object.fromEntries(added.map((name) => [name, each])) },
  };
  const isRecord = known !== undefined && demanded.every((name) => known.includes(name));
  if (!isRecord) return { schema: written };
  return { schema: { ...withoutKeywords(written, "propertyNames"), additionalProperties: false } };
}

function withoutNew(schema: JsonObject, isNew: (name: string) => boolean): Stepped | undefined {
  const demanded = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const told = demanded.filter(isNew);
  if (told.length === 0) return undefined;
  const kept = demanded.filter((name) => !isNew(name));
  const rest = withoutKeywords(schema, "required");
  return {
    schema: kept.length === 0 ? rest : { ...rest, required: kept },
    told: { required: told },
  };
}

/** The schema of properties that nothing describes by name, or nothing where it is too large. */
function furtherOf(schema: JsonObject, times: number, writable: StepContext["writable"]): Json {
  const { additionalProperties, patternProperties } = schema;
  if (!isJsonObject(additionalProperties) || patternProperties !== undefined) return {};
  const characters = times * JSON.stringify(additionalProperties).length;
  if (characters > writable.characters) return {};
  writable.characters -= characters;
  return additionalProperties;
}

/** The names that an object's properties may have, where they are listed and nothing else is said. */
function namesOfRecord(schema: JsonObject, properties: JsonObject): readonly string[] | undefined {
  const { propertyNames, patternProperties, additionalProperties } = schema;
  if (!isJsonObject(propertyNames) || patternProperties !== undefined) return undefined;
  const { enum: names, type: _type, ...more } = propertyNames;
  if (!isJsonObject(additionalProperties) || Object.keys(more).length > 0) return undefined;
  if (!Array.isArray(names)) return undefined;
  const texts = names.filter((name) => typeof name === "string");
  return Object.keys(properties).every((name) => texts.includes(name)) ? texts : undefined;
}
