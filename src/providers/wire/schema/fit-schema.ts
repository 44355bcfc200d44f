import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../../model/json.ts";
import {
  mapSchemaParts,
  referredSchema,
  withoutKeywords,
} from "../../../model/schema/schema-parts.ts";
import type { SchemaRules } from "./schema-rules.ts";
import { SCHEMA_STEPS } from "./schema-steps.ts";

/**
 * How much is written in several places: what references lead to, and what properties have in common.
 * A few definitions that refer to each other twice would else double at every level, to more than any
 * server takes.
 */
const MAX_WRITTEN_CHARACTERS = 100_000;

/** Something of a schema that a provider does not take, and that the schema as sent leaves open. */
export interface LoosePart {
  /** Where it stands, as in `properties.name`; empty for the root. */
  readonly path: string;
  /** What is told in the description instead, as JSON. */
  readonly told: string;
}

/** A schema with a list of what it leaves open. */
interface FittedSchema {
  readonly schema: JsonSchema;
  readonly loose: readonly LoosePart[];
}

/**
 * Brings all parts of a schema into what a provider takes. What it does not take is left open and
 * told in the description of its part, so that the result accepts at least what the schema accepts.
 * A schema that is taken as it is comes back as the very same object.
 *
 * For every provider: words of earlier drafts are said in those of draft 2020-12, and what no
 * validator would take (a reference that leads nowhere, an empty `enum`, a pattern that is no
 * regular expression, a value that its keyword does not have) is left open.
 */
export function fitSchema(schema: JsonSchema, rules: SchemaRules): FittedSchema {
  const loose: LoosePart[] = [];
  const fitted = fitPart(schema, {
    ...{ rules, root: schema, loose, path: [] },
    following: new Set(),
    writable: { characters: MAX_WRITTEN_CHARACTERS },
    isLoose: new Map(),
  });
  return { schema: isJsonObject(fitted) ? fitted : {}, loose };
}

interface Work {
  readonly rules: SchemaRules;
  readonly root: JsonSchema;
  readonly loose: LoosePart[];
  readonly path: readonly string[];
  /** References whose targets are being written in their place. */
  readonly following: ReadonlySet<string>;
  /** How much may still be written so, in all of the schema. */
  readonly writable: { characters: number };
  /** Whether parts that were looked into ahead are left open; else nested ones double the work. */
  readonly isLoose: Map<Json, boolean>;
}

function fitPart(part: Json, work: Work): Json {
  if (part === false) return part;
  if (part === true) return work.path.at(-1) === "additionalProperties" ? part : {};
  if (!isJsonObject(part)) return {};
  const reference = part["$ref"];
  if (typeof reference === "string" && !work.rules.references) {
    return written(part, reference, work);
  }
  let node = part;
  const told: JsonObject[] = [];
  for (const step of SCHEMA_STEPS) {
    const next = step(node, work);
    if (next === undefined) continue;
    node = next.schema;
    if (next.told) told.push(next.told);
  }
  if (told.length > 0) node = withTold(node, told, work);
  node = withNegations(node, work);
  return mapSchemaParts(node, (inner, path) =>
    fitPart(inner, { ...work, path: [...work.path, ...path] }),
  );
}

/**
 * A part that is left open accepts more, so what refuses values by it would refuse more: that is
 * left open as well.
 */
function withNegations(schema: JsonObject, work: Work): JsonObject {
  const isLoosened = (keyword: string): boolean => {
    const part = schema[keyword];
    if (part === undefined) return false;
    const parts: readonly Json[] = Array.isArray(part) ? part : [part];
    return parts.some((inner) => isLoosePart(inner, { ...work, path: [keyword] }));
  };
  const gone: string[] = [];
  if (isLoosened("not")) gone.push("not");
  if (isLoosened("if")) gone.push("if", "then", "else");
  if (schema["maxContains"] !== undefined && isLoosened("contains")) gone.push("maxContains");
  const { oneOf } = schema;
  const isAmbiguous = oneOf !== undefined && isLoosened("oneOf");
  if (isAmbiguous) gone.push("oneOf");
  if (gone.length === 0) return schema;
  const kept = withoutKeywords(schema, ...gone);
  if (isAmbiguous && kept["anyOf"] === undefined) return { ...kept, anyOf: oneOf };
  const told = Object.entries(schema).filter(([keyword]) => gone.includes(keyword));
  return withTold(kept, [Object.fromEntries(told)], work);
}

function isLoosePart(part: Json, work: Work): boolean {
  const known = work.isLoose.get(part);
  if (known !== undefined) return known;
  const loose: LoosePart[] = [];
  fitPart(part, { ...work, loose });
  const isLoose = loose.length > 0;
  // Within a reference that is written out, the same part may be left open only further down.
  if (work.following.size === 0) work.isLoose.set(part, isLoose);
  return isLoose;
}

/**
 * What a reference leads to, in its place. The same schema within itself is told, not written, and so
 * is what would make the schema too large.
 */
function written(part: JsonObject, reference: string, work: Work): Json {
  const target = referredSchema(work.root, reference);
  const rest = withoutKeywords(part, "$ref");
  if (!isJsonObject(target)) return fitPart(withTold(rest, [{ $ref: reference }], work), work);
  const own = withoutKeywords(target, "$defs", "definitions");
  const characters = JSON.stringify(own).length;
  if (work.following.has(reference) || characters > work.writable.characters) {
    const { type } = target;
    const typed = type === undefined ? rest : { type, ...rest };
    return fitPart(withTold(typed, [{ $ref: reference }], work), work);
  }
  work.writable.characters -= characters;
  const following = new Set([...work.following, reference]);
  return fitPart({ ...own, ...rest }, { ...work, following });
}

function withTold(schema: JsonObject, told: readonly JsonObject[], work: Work): JsonObject {
  const all: JsonObject = Object.assign({}, ...told);
  const text = `must fit ${JSON.stringify(all)}`;
  work.loose.push({ path: work.path.join("."), told: JSON.stringify(all) });
  const { description } = schema;
  const before = typeof description === "string" && description !== "" ? `${description}\n` : "";
  return { ...schema, description: before + text };
}
