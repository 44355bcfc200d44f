import type { MatcherState } from "vitest";
import type { Schema } from "../../../functions/schema.ts";
import type { Json } from "../../../model/json.ts";
import { shownJson } from "../../cases/check/match-value.ts";
import type { Mismatch } from "../../cases/file/value-matcher.ts";
import { Refusal } from "./matched-run.ts";

/** What compares values as vitest does, with its asymmetric matchers. */
export type Comparer = Pick<MatcherState, "equals" | "customTesters" | "utils">;

/** Whether other fields than the expected ones may be there. */
type Extent = "whole" | "part";

/**
 * Where a value is not what a test expects: a value that must be equal, in which asymmetric matchers,
 * regular expressions and schemas may stand anywhere, or one of these by itself.
 *
 * @throws Refusal for a schema that answers later
 */
export function mismatchesOf(
  expected: unknown,
  value: Json | undefined,
  { comparer, extent = "whole" }: { readonly comparer: Comparer; readonly extent?: Extent },
): readonly Mismatch[] {
  const { equals, customTesters, utils } = comparer;
  const testers = [fitsPattern, fitsSchema, ...customTesters, utils.iterableEquality];
  if (extent === "part") testers.push(utils.subsetEquality);
  if (equals(value, expected, testers)) return [];
  const wrong: Mismatch = {
    path: "",
    expected: describeExpected(expected, comparer),
    found: value,
  };
  return [isJson(expected) ? { ...wrong, equals: expected } : wrong];
}

/** What is expected, in words: completes "expected ...". */
export function describeExpected(expected: unknown, { utils }: Pick<Comparer, "utils">): string {
  if (expected instanceof RegExp) return `text that matches ${expected}`;
  if (hasValidate(expected)) return "what fits the schema";
  return isJson(expected) ? shownJson(expected) : utils.stringify(expected);
}

/** One side is the pattern; undefined leaves the comparison to others. */
function fitsPattern(value: unknown, expected: unknown): boolean | undefined {
  if (!(expected instanceof RegExp) || value instanceof RegExp) return undefined;
  return typeof value === "string" && value.search(expected) >= 0;
}

function fitsSchema(value: unknown, expected: unknown): boolean | undefined {
  if (!hasValidate(expected) || hasValidate(value)) return undefined;
  const checked = expected["~standard"].validate(value);
  if (!(checked instanceof Promise)) return !checked.issues;
  throw new Refusal("a schema that validates asynchronously cannot be used in a matcher");
}

/** Whether it is a schema, also one that cannot describe itself. */
function hasValidate(value: unknown): value is Pick<Schema, "~standard"> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const props: unknown = Reflect.get(value, "~standard");
  return typeof props === "object" && props !== null && "validate" in props;
}

/** Whether JSON can say a value; matchers, patterns, schemas and classes are not of that kind. */
function isJson(value: unknown): value is Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return !("~standard" in value) && Object.values(value).every(isJson);
}
