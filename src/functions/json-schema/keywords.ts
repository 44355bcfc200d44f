import { isJsonObject, type Json } from "../../model/json.ts";
import type { Path } from "../../yaml/path.ts";
import { unicodePattern } from "./unicode-pattern.ts";

/** A part of a JSON Schema that values could not be held to. */
export interface SchemaProblem {
  /** Where it stands in the schema. */
  readonly path: Path;
  /** Completes "`the part` ...". */
  readonly reason: string;
  readonly hint: string;
}

/** What stands under a keyword, and whether the schemas in it are for the same value. */
interface InnerSchemas {
  readonly kind: "schema" | "list" | "map" | "items" | "dependencies";
  readonly isInPlace: boolean;
}

const inPlace = (kind: InnerSchemas["kind"]): InnerSchemas => ({ kind, isInPlace: true });
const inValue = (kind: InnerSchemas["kind"]): InnerSchemas => ({ kind, isInPlace: false });

/** The keywords that hold schemas. Definitions stand for no value until something refers to them. */
export const INNER_SCHEMAS: ReadonlyMap<string, InnerSchemas> = new Map(
  Object.entries({
    allOf: inPlace("list"),
    anyOf: inPlace("list"),
    oneOf: inPlace("list"),
    not: inPlace("schema"),
    if: inPlace("schema"),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: inPlace("schema"),
    else: inPlace("schema"),
    dependentSchemas: inPlace("map"),
    dependencies: inPlace("dependencies"),
    properties: inValue("map"),
    patternProperties: inValue("map"),
    additionalProperties: inValue("schema"),
    unevaluatedProperties: inValue("schema"),
    propertyNames: inValue("schema"),
    prefixItems: inValue("list"),
    items: inValue("items"),
    additionalItems: inValue("schema"),
    unevaluatedItems: inValue("schema"),
    contains: inValue("schema"),
    $defs: inValue("map"),
    definitions: inValue("map"),
  }),
);

const TYPES: readonly Json[] = "string number integer boolean null array object".split(" ");

/** What a keyword wants; completes "must be ...". */
interface Wanted {
  readonly what: string;
  readonly fits: (value: Json) => boolean;
}

const NUMBER: Wanted = { what: "a number", fits: Number.isFinite };
const COUNT: Wanted = {
  what: "a whole number, 0 or more",
  fits: (value) => Number.isInteger(value) && Number(value) >= 0,
};
const TEXT: Wanted = { what: "a text", fits: (value) => typeof value === "string" };
const NAMES: Wanted = {
  what: "a list of names",
  fits: (value) => Array.isArray(value) && value.every(TEXT.fits),
};

const WANTED: ReadonlyMap<string, Wanted> = new Map(
  Object.entries({
    minimum: NUMBER,
    maximum: NUMBER,
    exclusiveMinimum: NUMBER,
    exclusiveMaximum: NUMBER,
    multipleOf: {
      what: "a number above 0",
      fits: (value) => NUMBER.fits(value) && Number(value) > 0,
    },
    minLength: COUNT,
    maxLength: COUNT,
    minItems: COUNT,
    maxItems: COUNT,
    minContains: COUNT,
    maxContains: COUNT,
    minProperties: COUNT,
    maxProperties: COUNT,
    uniqueItems: { what: "true or false", fits: (value) => typeof value === "boolean" },
    required: NAMES,
    dependentRequired: {
      what: "a map of lists of names",
      fits: (value) => isJsonObject(value) && Object.values(value).every(NAMES.fits),
    },
    enum: { what: "a list of values", fits: Array.isArray },
    pattern: TEXT,
    format: TEXT,
    $ref: TEXT,
    $id: TEXT,
    $anchor: TEXT,
  } satisfies Record<string, Wanted>),
);

/** Keywords whose values are handed to the library as they are. */
export const PLAIN_KEYWORDS: ReadonlySet<string> = new Set(
  "type const enum required dependentRequired minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems minContains maxContains minProperties maxProperties uniqueItems".split(
    " ",
  ),
);

const NO_VOCABULARIES = "leave it out: the keywords of draft 2020-12 are held";
const NO_DYNAMIC = 'write "$ref" and "$defs", or write the schema in code: schemas.ts#NAME';

/** Keywords that look as if they held values, and what to write instead. */
const REFUSED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $dynamicRef: NO_DYNAMIC,
    $dynamicAnchor: NO_DYNAMIC,
    $recursiveRef: NO_DYNAMIC,
    $recursiveAnchor: NO_DYNAMIC,
    $vocabulary: NO_VOCABULARIES,
    nullable: 'write "null" beside the type: type: [string, "null"]',
    divisibleBy: "write multipleOf",
    disallow: "write not",
    extends: "write allOf",
  }),
);

/** What is wrong with a keyword, its inner schemas aside. */
export function keywordProblem(keyword: string, value: Json): SchemaProblem | undefined {
  const refused = REFUSED.get(keyword);
  if (refused !== undefined) {
    return { path: [keyword], reason: "is not supported", hint: refused };
  }
  if (keyword === "type") return typeProblem(value);
  const wanted = WANTED.get(keyword);
  if (wanted && !wanted.fits(value)) {
    return { path: [keyword], reason: `must be ${wanted.what}`, hint: hintFor(keyword, value) };
  }
  return keyword === "pattern" ? patternProblem([keyword], String(value)) : undefined;
}

function hintFor(keyword: string, value: Json): string {
  if (keyword.startsWith("exclusive") && typeof value === "boolean") {
    return `write the bound itself, as in "${keyword}: 5"`;
  }
  if (keyword === "required" && typeof value === "boolean") {
    return "list the names of the properties beside them: required: [NAME]";
  }
  return "correct it";
}

function typeProblem(value: Json): SchemaProblem | undefined {
  const types = Array.isArray(value) ? value : [value];
  if (types.length > 0 && types.every((type) => TYPES.includes(type))) return undefined;
  return { path: ["type"], reason: "is unknown", hint: `use ${TYPES.join(", ")}` };
}

/** What is wrong with a regular expression, which the library compiles with the flag `u`. */
export function patternProblem(path: Path, pattern: string): SchemaProblem | undefined {
  const { error } = unicodePattern(pattern);
  if (error === undefined) return undefined;
  return { path, reason: `is not a regular expression: ${error}`, hint: "correct it" };
}
