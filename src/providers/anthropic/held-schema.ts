import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../model/json.ts";
import { schemaParts, typesOfSchema } from "../../model/schema/schema-parts.ts";

/** A part of a schema that the output format of Anthropic cannot hold a model to. */
interface UnheldOutput {
  /** Where, as in `properties.counts`; empty for the root. */
  readonly path: string;
  /** Completes "it ...". */
  readonly reason: string;
}

/** Names of properties that Anthropic takes in tools; of outputs nothing else is known. */
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/**
 * How many properties may be left out, and how many parts may be of several types, in all schemas of
 * a request. Source: docs/wire/schemas.md.
 */
const MAX_OPTIONAL = 24;
const MAX_UNIONS = 16;

/** Keywords that may stand beside a choice without being lost: they say nothing of values. */
const BESIDE: ReadonlySet<string> = new Set(
  "$defs $schema anyOf default deprecated description examples oneOf title".split(" "),
);

/**
 * The first part of a schema that the format would narrow, or would not take: it closes every object,
 * wants a type of each part, and knows no recursion. Bounds, lengths, patterns and other formats are
 * not enforced but told in descriptions, and checked here; they are held well enough.
 *
 * An object that does not speak of further properties is closed to the model: it is told to give
 * those that are described.
 */
export function unheldOutput(schema: JsonSchema): UnheldOutput | undefined {
  const counted = { optional: 0, unions: 0 };
  const found = look(schema, [], counted) ?? ofReferences(schema);
  if (found) return found;
  if (counted.optional > MAX_OPTIONAL) {
    return { path: "", reason: `has more than ${MAX_OPTIONAL} properties that may be left out` };
  }
  if (counted.unions > MAX_UNIONS) {
    return { path: "", reason: `has more than ${MAX_UNIONS} parts of several types` };
  }
  return undefined;
}

interface Counted {
  optional: number;
  unions: number;
}

function look(part: Json, path: readonly string[], counted: Counted): UnheldOutput | undefined {
  const reason = isJsonObject(part) ? unheldReason(part) : "does not say what it is";
  if (reason !== undefined) return { path: path.join("."), reason };
  if (!isJsonObject(part)) return undefined;
  countPart(part, counted);
  for (const [steps, inner] of schemaParts(part)) {
    if (!HELD.has(steps[0] ?? "")) continue;
    const found = look(inner, [...path, ...steps], counted);
    if (found) return found;
  }
  return undefined;
}

/** Keywords whose schemas the format holds; those of others are told in descriptions. */
const HELD: ReadonlySet<string> = new Set(["$defs", "anyOf", "oneOf", "items", "properties"]);

function unheldReason(schema: JsonObject): string | undefined {
  const { $ref: reference, anyOf, oneOf, allOf, enum: values } = schema;
  if (schema["definitions"] !== undefined) return "has definitions, which are called $defs today";
  if (reference !== undefined) {
    const beside = Object.keys(schema).find((key) => key !== "$ref" && !BESIDE.has(key));
    return beside === undefined ? undefined : `has ${beside} beside $ref`;
  }
  if (allOf !== undefined) return "joins schemas with allOf";
  if (schema["nullable"] !== undefined) return "has nullable, which is no keyword of JSON Schema";
  const choice = anyOf ?? oneOf;
  if (choice !== undefined) {
    const beside = Object.keys(schema).find((key) => !BESIDE.has(key));
    if (beside !== undefined) return `has ${beside} beside a choice`;
    const isBoth = anyOf !== undefined && oneOf !== undefined;
    const isChoice = Array.isArray(choice) && choice.length > 0;
    return isBoth || !isChoice ? "has a choice that cannot be told" : undefined;
  }
  const constant = schema["const"];
  if (values !== undefined || constant !== undefined) {
    const all = values === undefined ? [constant ?? null] : values;
    if (!Array.isArray(all) || all.length === 0) return "has an enum without values";
    const isScalar = all.every((value: Json) => value === null || typeof value !== "object");
    return isScalar && constant !== null ? undefined : "lists values that are no scalars";
  }
  return reasonOfType(schema);
}

function reasonOfType(schema: JsonObject): string | undefined {
  const types = typesOfSchema(schema);
  if (types.length === 0) return "may be anything";
  if (types.length > 1 && types.some((type) => type === "object" || type === "array")) {
    return "is a list or an object among other types";
  }
  if (types.includes("array")) {
    if (schema["prefixItems"] !== undefined) return "is described item by item";
    return isJsonObject(schema["items"]) ? undefined : "is a list of anything";
  }
  if (!types.includes("object")) return undefined;
  const { properties, additionalProperties } = schema;
  if (schema["patternProperties"] !== undefined) return "has properties by pattern";
  if (additionalProperties !== undefined && additionalProperties !== false) {
    return "has properties that are not known in advance";
  }
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  if (names.length === 0 && additionalProperties === undefined) return "is any object";
  const name = names.find((own) => !NAME.test(own));
  return name === undefined ? undefined : `has a property called ${JSON.stringify(name)}`;
}

function countPart(schema: JsonObject, counted: Counted): void {
  const { properties, required } = schema;
  const demanded: readonly Json[] = Array.isArray(required) ? required : [];
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  counted.optional += names.filter((name) => !demanded.includes(name)).length;
  const isUnion = schema["anyOf"] ?? schema["oneOf"] ?? Array.isArray(schema["type"]);
  if (isUnion) counted.unions++;
}

/** References that lead to something else than a definition, or round in a circle. */
function ofReferences(schema: JsonSchema): UnheldOutput | undefined {
  const definitions = isJsonObject(schema["$defs"]) ? schema["$defs"] : {};
  const isDone = new Set<string>();
  const follow = (
    part: Json,
    path: readonly string[],
    open: readonly string[],
  ): UnheldOutput | undefined => {
    if (!isJsonObject(part)) return undefined;
    const { $ref: reference } = part;
    if (reference !== undefined) {
      const name = /^#\/\$defs\/([^/%~]+)$/.exec(String(reference))?.[1];
      if (path.length === 0) return { path: "", reason: "is only a reference" };
      if (name === undefined || !Object.hasOwn(definitions, name)) {
        return { path: path.join("."), reason: `has the reference ${String(reference)}` };
      }
      if (open.includes(name)) return { path: path.join("."), reason: "refers to itself" };
      if (isDone.has(name)) return undefined;
      const found = follow(definitions[name] ?? null, ["$defs", name], [...open, name]);
      isDone.add(name);
      return found;
    }
    for (const [steps, inner] of schemaParts(part)) {
      if (steps[0] === "$defs") continue;
      const found = follow(inner, [...path, ...steps], open);
      if (found) return found;
    }
    return undefined;
  };
  // A definition that nothing refers to is sent as well.
  return [...Object.keys(definitions).map((name) => ({ $ref: `#/$defs/${name}` })), schema]
    .map((part, index, all) => follow(part, index === all.length - 1 ? [] : ["$defs"], []))
    .find((found) => found !== undefined);
}
