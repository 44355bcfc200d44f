import type { Place } from "../../errors/place.ts";
import type { Schema } from "../../functions/schema.ts";
import type { Json, JsonSchema } from "../../model/json.ts";

/** What a value must be like. */
export type ValueMatcher =
  | { readonly kind: "equals"; readonly value: Json }
  /** Text with each of these in it, or a list with each of these among its items. */
  | { readonly kind: "contains"; readonly parts: readonly Json[] }
  /** Text in which the pattern finds something. */
  | { readonly kind: "matches"; readonly pattern: RegExp }
  /** What a schema takes: of TypeScript, or a JSON Schema that somebody wrote. */
  | { readonly kind: "schema"; readonly schema: Schema | WrittenSchema }
  /**
   * What a JSONPath (RFC 9535) finds: the value itself for a path that can find only one, else the
   * list of what it finds.
   */
  | { readonly kind: "path"; readonly path: string; readonly value: ValueMatcher }
  /** An object with these fields; others may be there. */
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, ValueMatcher> }
  | { readonly kind: "not"; readonly value: ValueMatcher }
  | { readonly kind: "all"; readonly of: readonly ValueMatcher[] };

/** A JSON Schema as it stands in a file. */
export interface WrittenSchema {
  readonly jsonSchema: JsonSchema;
  readonly place: Place;
}

/** Where a value is not what it must be. */
export interface Mismatch {
  /** `` for the value itself, else as in `items[0].name`. */
  readonly path: string;
  /** What was expected, in words: `text with "Ada" in it`. */
  readonly expected: string;
  readonly found: Json | undefined;
  /** The value that it must equal, where it is about one. */
  readonly equals?: Json;
}
