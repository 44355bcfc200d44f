import { isJsonObject, type Json, type JsonObject, ownField } from "../../model/json.ts";
import type { Comparator } from "./comparator.ts";
import { differencesBetween } from "./differences.ts";
import { jsonIn } from "./json-in.ts";

/** The comparator under which a prompt agrees with itself most. */
export interface SuggestedComparator {
  readonly comparator: Comparator;
  /** Inputs whose samples all agree with the first under it. */
  readonly agreed: number;
  /** Inputs with two samples or more. */
  readonly n: number;
  /** Inputs whose samples all are exactly the first. */
  readonly exactly: number;
}

/** All samples of one input. */
type Samples = readonly [Json, Json, ...Json[]];

/** Fields of fields, and values in texts, are looked into this far. */
const MOST_LEVELS = 4;

const EXACT: Comparator = { kind: "exact" };

/**
 * Tries comparators on the samples that a prompt gave to the same input, and says under which of them it
 * agrees with itself most; the strictest among equals. Fields are never ignored, and numbers must be
 * within one in a million: more is for a person to decide.
 *
 * @param inputs inputs to learn from, never held-out ones, each with its samples in recorded order
 * @returns undefined where no input has two samples
 *
 * @example
 * suggestComparator([{ outputs: ['{"total": 12.50}', '{"total": 12.5}'] }]);
 * // { comparator: { kind: "json", values: { kind: "exact" } }, agreed: 1, n: 1, exactly: 0 }
 */
export function suggestComparator(
  inputs: readonly { readonly outputs: readonly Json[] }[],
): SuggestedComparator | undefined {
  const repeated = inputs.map(({ outputs }) => outputs).filter(areSamples);
  if (repeated.length === 0) return undefined;
  // What is the same agrees under all comparators.
  const different = repeated.filter((samples) => !doAgree(samples, EXACT));
  const exactly = repeated.length - different.length;
  const { comparator, agreed } = best(different, MOST_LEVELS);
  return { comparator, agreed: exactly + agreed, n: repeated.length, exactly };
}

function areSamples(outputs: readonly Json[]): outputs is [Json, Json, ...Json[]] {
  return outputs.length > 1;
}

function doAgree([first, ...others]: Samples, comparator: Comparator): boolean {
  return others.every((other) => differencesBetween(first, other, comparator).length === 0);
}

/** Tries comparators, the strictest first. */
function best(
  inputs: readonly Samples[],
  levels: number,
): { comparator: Comparator; agreed: number } {
  let found = { comparator: EXACT, agreed: 0 };
  const different = inputs.filter((samples) => !doAgree(samples, EXACT));
  found.agreed = inputs.length - different.length;
  for (const comparator of candidates(different, levels)) {
    if (found.agreed === inputs.length) break;
    const agreed = inputs.filter((samples) => doAgree(samples, comparator)).length;
    if (agreed > found.agreed) found = { comparator, agreed };
  }
  return found;
}

/** Comparators that may fit samples which differ. */
function* candidates(inputs: readonly Samples[], levels: number): Generator<Comparator> {
  yield* inJsonTexts(inputs, levels);
  yield* inFields(inputs, levels);
  yield* inLists(inputs, levels);
  yield { kind: "text", ignoreCase: false };
  yield { kind: "number", absolute: 1e-9, relative: 0 };
  yield { kind: "number", absolute: 0, relative: 1e-6 };
  yield { kind: "text", ignoreCase: true };
  yield* inSets(inputs, levels);
}

function* inJsonTexts(inputs: readonly Samples[], levels: number): Generator<Comparator> {
  const parsed = eachOf(inputs, jsonIn);
  if (parsed.length === 0) return;
  yield { kind: "json", values: EXACT };
  if (levels > 0) yield { kind: "json", values: best(parsed, levels - 1).comparator };
}

/** A part of each sample, for the inputs whose samples all have it. */
function eachOf<Sample extends Json>(
  inputs: readonly (readonly [Sample, Sample, ...Sample[]])[],
  part: (sample: Sample) => Json | undefined,
): readonly Samples[] {
  return inputs.flatMap((samples) => {
    const parts = samples.map(part).filter((value) => value !== undefined);
    return parts.length === samples.length && areSamples(parts) ? [parts] : [];
  });
}

/** For each field that differs, the comparator that fits it; the others are compared exactly. */
function* inFields(inputs: readonly Samples[], levels: number): Generator<Comparator> {
  const objects = inputs.filter(areObjects);
  if (levels === 0 || objects.length === 0) return;
  const names = new Set(objects.flatMap(([first]) => Object.keys(first)));
  const fields = new Map<string, Comparator>();
  for (const name of [...names].sort()) {
    const values = eachOf(objects, (sample) => ownField(sample, name));
    const { comparator } = best(values, levels - 1);
    if (comparator.kind !== "exact") fields.set(name, comparator);
  }
  if (fields.size > 0) yield { kind: "fields", fields };
}

function areObjects(
  samples: Samples,
): samples is readonly [JsonObject, JsonObject, ...JsonObject[]] {
  return samples.every(isJsonObject);
}

/** For lists of equal length, the comparator that fits their items. */
function* inLists(inputs: readonly Samples[], levels: number): Generator<Comparator> {
  const lists = inputs.filter(areLists);
  if (levels === 0 || lists.length === 0) return;
  const items = lists.flatMap(([first, ...others]) => {
    if (others.some(({ length }) => length !== first.length)) return [];
    return first.map((_, index) => [first, ...others].map((list) => list[index] ?? null));
  });
  const { comparator } = best(items.filter(areSamples), levels - 1);
  if (comparator.kind !== "exact") yield { kind: "list", items: comparator };
}

function areLists(
  samples: Samples,
): samples is readonly [readonly Json[], readonly Json[], ...(readonly Json[])[]] {
  return samples.every(Array.isArray);
}

function* inSets(inputs: readonly Samples[], levels: number): Generator<Comparator> {
  if (levels === 0 || !inputs.some(areLists)) return;
  yield { kind: "set", items: EXACT };
  yield { kind: "set", items: { kind: "text", ignoreCase: false } };
  yield { kind: "set", items: { kind: "text", ignoreCase: true } };
}
