import type * as FastCheck from "fast-check";
import type { FastCheckLibrary } from "../functions/domain.ts";
import type { Schema } from "../functions/schema.ts";
import type { Json } from "../model/json.ts";
import { shapeOf } from "./shape.ts";
import { variantsOf } from "./variants.ts";

/** The values that have the shape of some example. */
export interface ShapedLike<Value> {
  /** Whether a value has the shape of one of the examples; a text says that it has not. */
  accepts(value: Value): true | string;
  /** Such values, with those that the examples consist of among them. */
  generate(fc: FastCheckLibrary): FastCheck.Arbitrary<Value>;
}

/**
 * The guard of a hardened tool, said by examples: it may answer for inputs that look like one of them
 * to a parser. See `shapeOf` for what a shape is.
 *
 * @param examples JSON values, at least one; one of each shape says it all
 * @param schema what generated values fit; default: anything does
 *
 * @example
 * const dates = shapedLike([{ input: "Mon, 3 Aug 2026" }]);
 * dates.accepts({ input: "Tue, 4 Sep 2027" }); // true
 * dates.accepts({ input: "yesterday" }); // "no example has its shape"
 *
 * @throws TypeError when there is no example
 */
export function shapedLike<Value>(
  examples: readonly [Value, ...Value[]] | readonly Value[],
  schema?: Schema,
): ShapedLike<Value> {
  if (examples.length === 0) throw new TypeError("shapedLike() needs an example");
  const shapes = new Set(examples.map((example) => shapeOf(asJson(example))));
  const isShaped = (value: Json) => shapes.has(shapeOf(value));
  return {
    accepts: (value) => isShaped(asJson(value)) || "no example has its shape",
    generate: (fc) =>
      fc.constantFrom(...examples).chain((example) =>
        // Never filtered: where few variants fit, a filter would look for ever.
        variantsOf(asJson(example), fc).map((variant) =>
          isShaped(variant) && fits(schema, variant) ? (variant as Value) : example,
        ),
      ),
  };
}

/** What a worker takes and gives is JSON, whatever its type says. */
function asJson(value: unknown): Json {
  return value as Json;
}

function fits(schema: Schema | undefined, value: Json): boolean {
  if (!schema) return true;
  const checked = schema["~standard"].validate(value);
  return !(checked instanceof Promise) && !checked.issues;
}
