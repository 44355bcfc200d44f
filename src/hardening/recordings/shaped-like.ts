import type * as FastCheck from "fast-check";
import type { FastCheckLibrary } from "../../functions/domain.ts";
import type { Schema } from "../../functions/schema.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import { COUNTED_DIGITS, runsOf, shapeOf } from "./shape.ts";

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

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const DIGITS = "0123456789";

/** A run of letters may get so many longer. */
const MORE_LETTERS = 3;
const MOST_DIGITS = 12;

type Arbitrary = FastCheck.Arbitrary<Json>;

/**
 * Values that are mostly of the shape of an example and as a whole like it: each part stays as it is,
 * or becomes another of its kind.
 */
function variantsOf(example: Json, fc: FastCheckLibrary): Arbitrary {
  if (typeof example === "boolean") return fc.boolean();
  if (typeof example === "number") return numbersLike(example, fc);
  if (typeof example === "string") return textsLike(example, fc);
  if (isJsonObject(example)) {
    const fields: Readonly<Record<string, Arbitrary>> = Object.fromEntries(
      Object.entries(example).map(([key, value]) => [key, variantsOf(value, fc)]),
    );
    return fc.record(fields, { noNullPrototype: true });
  }
  if (example === null) return fc.constant(null);
  return fc.tuple(...example.map((item) => variantsOf(item, fc)));
}

function numbersLike(example: number, fc: FastCheckLibrary): Arbitrary {
  if (!Number.isSafeInteger(example)) return fc.constant(example);
  const far = Math.min(Number.MAX_SAFE_INTEGER, Math.abs(example) * 10 + 10);
  const others =
    example < 0 ? fc.integer({ min: -far, max: -1 }) : fc.integer({ min: 0, max: far });
  return fc.oneof(fc.constant(example), others);
}

function textsLike(example: string, fc: FastCheckLibrary): Arbitrary {
  const runs = runsOf(example).map((run) => {
    const others = runsLike(run, fc);
    return others ? fc.oneof(fc.constant(run), others) : fc.constant(run);
  });
  return fc.tuple(...runs).map((parts) => parts.join(""));
}

/** Runs of the same sign; undefined for white space, punctuation and letters without case. */
function runsLike(run: string, fc: FastCheckLibrary): FastCheck.Arbitrary<string> | undefined {
  const letters = { minLength: 1, maxLength: run.length + MORE_LETTERS };
  const of = (characters: string) => fc.constantFrom(...characters);
  if (/^[A-Z]/.test(run)) return fc.string({ unit: of(UPPER), ...letters });
  if (/^[a-z]/.test(run)) return fc.string({ unit: of(LOWER), ...letters });
  if (!/^[0-9]/.test(run)) return undefined;
  const isCounted = run.length <= COUNTED_DIGITS;
  const length = isCounted
    ? { minLength: run.length, maxLength: run.length }
    : { minLength: COUNTED_DIGITS + 1, maxLength: Math.max(run.length, MOST_DIGITS) };
  return fc.string({ unit: of(DIGITS), ...length });
}
