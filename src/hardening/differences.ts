import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { Path } from "../yaml/path.ts";
import type { Comparator } from "./comparator.ts";
import { closeNumbers, type LeafAgreement, sameJson, sameText } from "./leaf-agreement.ts";
import { matchOrderFree } from "./order-free-match.ts";

/** A place at which two values do not agree; undefined stands for what is not there. */
export interface Difference {
  /** The keys and indices that lead there; of an item of a set, its index on the side that has it. */
  readonly path: Path;
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

/** Most differences that are told of one pair: a person reads a few, and a shifted list has thousands. */
export const MOST_DIFFERENCES = 20;

type Value = Json | undefined;
type Differences = Generator<Difference, void>;

/** Two values at one place. */
interface Pair<Type = Value> {
  readonly path: Path;
  readonly left: Type;
  readonly right: Type;
}

/**
 * Where two values do not agree, at most {@link MOST_DIFFERENCES} places; none when they agree.
 *
 * @example
 * differencesBetween({ a: 1, b: 2 }, { a: 1, b: 3 }, { kind: "exact" });
 * // [{ path: ["b"], left: 2, right: 3 }]
 */
export function differencesBetween(
  left: Json,
  right: Json,
  comparator: Comparator,
): readonly Difference[] {
  const found: Difference[] = [];
  for (const difference of differences({ path: [], left, right }, comparator)) {
    found.push(difference);
    if (found.length === MOST_DIFFERENCES) break;
  }
  return found;
}

function* differences(pair: Pair, comparator: Comparator): Differences {
  switch (comparator.kind) {
    case "exact":
      return yield* inLeaves(pair, sameJson);
    case "text":
      return yield* inLeaves(pair, sameText(comparator));
    case "number":
      return yield* inLeaves(pair, closeNumbers(comparator));
    case "list":
      return yield* inLists(pair, comparator.items);
    case "set":
      return yield* inSets(pair, comparator.items);
    case "fields":
      return yield* inFields(pair, comparator.fields);
    case "ignore":
      return;
  }
}

/** Looks into lists and objects on both sides down to what is neither. */
function* inLeaves(pair: Pair, agree: LeafAgreement): Differences {
  const { left, right } = pair;
  if (left === undefined || right === undefined) yield pair;
  else if (isList(left) && isList(right)) {
    for (const item of itemsOf({ ...pair, left, right })) yield* inLeaves(item, agree);
  } else if (isJsonObject(left) && isJsonObject(right)) {
    for (const [, field] of fieldsOf({ ...pair, left, right })) yield* inLeaves(field, agree);
  } else if (!agree(left, right)) yield pair;
}

function* inLists(pair: Pair, items: Comparator): Differences {
  const { left, right } = pair;
  if (!isList(left) || !isList(right)) return yield* inLeaves(pair, sameJson);
  for (const item of itemsOf({ ...pair, left, right })) {
    if (item.left === undefined || item.right === undefined) yield item;
    else yield* differences(item, items);
  }
}

function* inSets(pair: Pair, items: Comparator): Differences {
  const { left, right, path } = pair;
  if (!isList(left) || !isList(right)) return yield* inLeaves(pair, sameJson);
  const unmatched = matchOrderFree(left.length, right.length, (one, other) => {
    const partners = { path, left: left[one], right: right[other] };
    return differences(partners, items).next().done === true;
  });
  for (const index of unmatched.left) {
    yield { path: [...path, index], left: left[index], right: undefined };
  }
  for (const index of unmatched.right) {
    yield { path: [...path, index], left: undefined, right: right[index] };
  }
}

function* inFields(pair: Pair, comparators: ReadonlyMap<string, Comparator>): Differences {
  const { left, right } = pair;
  if (!isJsonObject(left) || !isJsonObject(right)) return yield* inLeaves(pair, sameJson);
  for (const [key, field] of fieldsOf({ ...pair, left, right })) {
    const comparator = comparators.get(key) ?? { kind: "exact" };
    const isThere = field.left !== undefined && field.right !== undefined;
    if (isThere || comparator.kind === "ignore") yield* differences(field, comparator);
    else yield field;
  }
}

function* itemsOf({ path, left, right }: Pair<readonly Json[]>): Generator<Pair> {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    yield { path: [...path, index], left: left[index], right: right[index] };
  }
}

function* fieldsOf({ path, left, right }: Pair<JsonObject>): Generator<readonly [string, Pair]> {
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    yield [key, { path: [...path, key], left: own(left, key), right: own(right, key) }];
  }
}

function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

function own(fields: JsonObject, key: string): Value {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}
