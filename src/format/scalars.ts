import type { Json, JsonSchema } from "../model/json.ts";
import { nearest } from "../words/nearest.ts";
import { lenientScalar, type ScalarTree, treeToJson } from "../yaml/tree.ts";
import { type Field, type Format, wrongValue } from "./reader.ts";

/**
 * A format of scalars.
 *
 * @param schema takes all that `match` takes, and no more
 * @param match answers undefined for what it refuses
 */
export function scalar<Value>(
  expects: string,
  schema: JsonSchema,
  match: (scalar: ScalarTree) => Value | undefined,
): Format<Value> {
  const read = (field: Field): Value => {
    const value = field.tree.kind === "scalar" ? match(field.tree) : undefined;
    if (value === undefined) throw wrongValue(field, expects);
    return value;
  };
  return { expects, read, schema: () => schema };
}

/** Any text; numbers and booleans must be quoted. */
export const text: Format<string> = textLike("text", /^/);

/** Text with something in it. */
export const filledText: Format<string> = textLike("text that is not empty", /\S/);

/** Any text; numbers and booleans are texts too, as they stand in the file. */
export const writtenText: Format<string> = scalar(
  "text",
  { type: ["string", "number", "boolean"] },
  ({ value, written }) => (value === null ? undefined : written),
);

export const flag: Format<boolean> = scalar("true or false", { type: "boolean" }, (tree) => {
  const value = lenientScalar(tree);
  return typeof value === "boolean" ? value : undefined;
});

/** Any value at all, as JSON. */
export const anyJson: Format<Json> = {
  expects: "any value",
  read: ({ tree }) => treeToJson(tree),
  schema: () => ({}),
};

/** Text of a form; the pattern is read with the flag `u`, as JSON Schema does. */
export function textLike(expects: string, pattern: RegExp): Format<string> {
  const form = new RegExp(pattern.source, "u");
  const isAnyText = pattern.source === "^";
  const read = (field: Field): string => {
    const { tree } = field;
    if (tree.kind !== "scalar") throw wrongValue(field, expects);
    const { value, written } = tree;
    if (typeof value === "string" && form.test(value)) return value;
    const isQuotable = typeof value === "number" || typeof value === "boolean";
    const shown = field.isSecret ? "" : `: "${written}"`;
    throw wrongValue(field, expects, isQuotable ? [`write it in quotes${shown}`] : undefined);
  };
  const schema = { type: "string", ...(isAnyText ? {} : { pattern: form.source }) };
  return { expects, read, schema: () => schema };
}

/** One of some names; another text that comes close is answered with the name it may mean. */
export function oneOf<const Name extends string>(names: readonly Name[]): Format<Name> {
  const expects = names.length === 1 ? names.join() : `one of ${names.join(", ")}`;
  const read = (field: Field): Name => {
    const value = field.tree.kind === "scalar" ? field.tree.value : undefined;
    const name = names.find((candidate) => candidate === value);
    if (name !== undefined) return name;
    const meant = typeof value === "string" ? nearest(value, names) : undefined;
    throw wrongValue(field, expects, meant === undefined ? undefined : [`write "${meant}"`]);
  };
  return { expects, read, schema: () => ({ enum: [...names] }) };
}

/** The words of JSON Schema: they are the check and the schema. */
interface NumberBounds {
  readonly type?: "integer";
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** A number within bounds; `integer` takes those that a double holds exactly. */
export function number(expects: string, bounds: NumberBounds = {}): Format<number> {
  const exact: NumberBounds =
    bounds.type === "integer"
      ? { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...bounds }
      : bounds;
  return scalar(expects, { type: "number", ...exact }, ({ value }) =>
    typeof value === "number" && isWithin(value, exact) ? value : undefined,
  );
}

function isWithin(value: number, bounds: NumberBounds): boolean {
  const { type, minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = bounds;
  if (type === "integer" && !Number.isSafeInteger(value)) return false;
  return Number.isFinite(value) && minimum <= value && exclusiveMinimum < value && value <= maximum;
}

/** A number between two bounds, both included. */
export function numberFrom(minimum: number, maximum: number): Format<number> {
  return number(`a number from ${minimum} to ${maximum}`, { minimum, maximum });
}

export const positiveNumber: Format<number> = number("a number above 0", { exclusiveMinimum: 0 });

/** Any number but infinity. */
export const anyNumber: Format<number> = number("a number");

/** A number without an upper bound. */
export function numberOfAtLeast(minimum: number): Format<number> {
  return number(`a number of at least ${minimum}`, { minimum });
}

/** A whole number that a double holds exactly. */
export function wholeNumber({
  least,
  most,
}: {
  readonly least?: number;
  readonly most?: number;
} = {}): Format<number> {
  return number(`a whole number${least === undefined ? "" : ` of at least ${least}`}`, {
    type: "integer",
    ...(least === undefined ? {} : { minimum: least }),
    ...(most === undefined ? {} : { maximum: most }),
  });
}
