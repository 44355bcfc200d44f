import type { Json } from "../../model/json.ts";

/** A schema as the library checks values against it: read, with each reference resolved. */
export type Held = boolean | HeldObject;

export interface HeldObject {
  /** The key of the schema that it leads to, in the definitions of the document. */
  $ref?: string;
  default?: Json;
  required?: readonly string[];
  enum?: readonly Json[];
  not?: Held;
  if?: Held;
  then?: Held;
  else?: Held;
  allOf?: readonly Held[];
  anyOf?: readonly Held[];
  oneOf?: readonly Held[];
  properties?: Readonly<Record<string, Held>>;
  /** The names of the properties as they were written. */
  propertyOrder?: readonly string[];
  patternProperties?: Readonly<Record<string, Held>>;
  additionalProperties?: Held;
  dependentRequired?: Readonly<Record<string, readonly string[]>>;
  dependentSchemas?: Readonly<Record<string, Held>>;
  prefixItems?: readonly Held[];
  items?: Held;
  [keyword: string]: unknown;
}

/** A whole schema that was read, ready for checks. */
export interface HeldDocument {
  readonly root: HeldObject;
  /** What references lead to, by their keys. */
  readonly targets: Readonly<Record<string, Held>>;
  /** The schemas that have a default, inner ones first. */
  readonly withDefault: readonly HeldObject[];
}

/** Takes no value; the library says "False boolean schema" of `false`, without its place. */
export const NOTHING: HeldObject = { not: true };

/** Levels that a schema, and a value that is checked, may have: those of a YAML file. */
export { MAX_DEPTH } from "../../yaml/tree.ts";
