import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json, type JsonObject, ownField } from "../../model/json.ts";
import type { Path } from "../../yaml/path.ts";
import type { Comparator } from "./comparator.ts";
import { jsonIn } from "./json-in.ts";

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
    case "json":
      return yield* inJsonTexts(pair, comparator.values);
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

function* inJsonTexts(pair: Pair, values: Comparator): Differences {
  const { left, right } = pair;
  if (typeof left !== "string" && typeof right !== "string")
    return yield* differences(pair, values);
  const parsed = { path: pair.path, left: jsonIn(left), right: jsonIn(right) };
  const areBoth = parsed.left !== undefined && parsed.right !== undefined;
  if (areBoth) yield* differences(parsed, values);
  else yield* inLeaves(pair, sameJson);
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
    yield [key, { path: [...path, key], left: ownField(left, key), right: ownField(right, key) }];
  }
}

function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether two values agree as they are, without looking into them. */
type LeafAgreement = (left: Json, right: Json) => boolean;

interface Tolerance {
  /** In the unit of the numbers. */
  readonly absolute: number;
  /** A share of the larger of both. */
  readonly relative: number;
}

/** A number in decimal notation and nothing else. */
const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

function sameJson(left: Json, right: Json): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
}

/** Two texts agree when they are the same after normalization, other values when they are the same. */
function sameText(options: { readonly ignoreCase: boolean }): LeafAgreement {
  return (left, right) => {
    if (typeof left !== "string" || typeof right !== "string") return sameJson(left, right);
    return left === right || normalizeText(left, options) === normalizeText(right, options);
  };
}

/**
 * Two numbers, or two texts that are decimal numbers, agree when they are close,
 * `|l - r| ≤ max(absolute, relative * max(|l|, |r|))`; other values when they are the same.
 */
function closeNumbers({ absolute, relative }: Tolerance): LeafAgreement {
  return (left, right) => {
    if (sameJson(left, right)) return true;
    const [one, other] = [numberIn(left), numberIn(right)];
    if (typeof left !== typeof right || one === undefined || other === undefined) return false;
    const scale = Math.max(Math.abs(one), Math.abs(other));
    return Math.abs(one - other) <= Math.max(absolute, relative * scale);
  };
}

function numberIn(value: Json): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : undefined;
}

/**
 * The form in which texts are compared: Unicode NFKC (full-width and composed characters, ligatures,
 * no-break spaces become their plain forms), each run of white space as one space, none at the ends.
 *
 * Without case, letters go to upper case and back to lower case, so that ß meets ss and both forms of
 * the Greek sigma meet. Punctuation, accents and digits always count.
 *
 * @example
 * normalizeText(" 3\u00a0May\n", { ignoreCase: false }); // "3 May"
 */
export function normalizeText(
  text: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): string {
  const composed = text.normalize("NFKC");
  const cased = ignoreCase ? composed.toUpperCase().toLowerCase().normalize("NFKC") : composed;
  return cased.replace(/\s+/g, " ").trim();
}

/** Items of two lists that are left without a partner, by their indices. */
interface Unmatched {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/**
 * Pairs the items of two lists, each with at most one partner, so that as many as possible have one.
 *
 * Taking the first partner that agrees would not do: with a tolerance, 1.0 agrees with 0.9 and 1.1,
 * which do not agree with each other. So a taken partner is asked whether it could take another
 * (augmenting paths).
 */
export function matchOrderFree(
  leftCount: number,
  rightCount: number,
  agree: (left: number, right: number) => boolean,
): Unmatched {
  const partnerOfRight = new Map<number, number>();
  const findPartner = (left: number, tried: Set<number>): boolean => {
    for (let right = 0; right < rightCount; right++) {
      if (tried.has(right) || !agree(left, right)) continue;
      tried.add(right);
      const rival = partnerOfRight.get(right);
      if (rival === undefined || findPartner(rival, tried)) {
        partnerOfRight.set(right, left);
        return true;
      }
    }
    return false;
  };
  const left = indices(leftCount).filter((index) => !findPartner(index, new Set()));
  const right = indices(rightCount).filter((index) => !partnerOfRight.has(index));
  return { left, right };
}

function indices(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
