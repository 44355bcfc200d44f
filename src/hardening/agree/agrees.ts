import type { Json } from "../../model/json.ts";
import { differencesBetween } from "./differences.ts";
import { readComparator } from "./read-comparator.ts";

/**
 * Whether two outputs agree.
 *
 * @param comparator how they are compared, described as in a `comparator.yaml`
 *
 * @example
 * agrees({ total: 3 }, { total: 3.001 }, { fields: { total: { number: { absolute: 0.01 } } } }); // true
 *
 * @throws LlmDoError `configuration` for a description of no comparator
 */
export function agrees(left: unknown, right: unknown, comparator: Json): boolean {
  const compared = readComparator(comparator, "agrees()");
  // Outputs of functions are JSON, whatever their types say.
  return differencesBetween(left as Json, right as Json, compared).length === 0;
}
