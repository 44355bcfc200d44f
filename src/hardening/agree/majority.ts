import type { Json } from "../../model/json.ts";
import type { Comparator } from "./comparator.ts";
import { differencesBetween } from "./differences.ts";

/**
 * The answer that most samples agree with; of several, the one that was given first. It is the
 * reference answer of an input.
 *
 * @param outputs the first m samples, in recorded order
 * @param comparator how they are compared (default: exactly, by their canonical JSON)
 *
 * @example
 * majorityOf(["3 May", "May 3", "May 3"]); // "May 3"
 */
export function majorityOf(
  outputs: readonly [Json, ...Json[]],
  comparator: Comparator = { kind: "exact" },
): Json {
  let [majority] = outputs;
  let most = 0;
  for (const output of outputs) {
    const times = outputs.filter((other) => isSame(output, other, comparator)).length;
    if (times > most) [majority, most] = [output, times];
  }
  return majority;
}

function isSame(left: Json, right: Json, comparator: Comparator): boolean {
  return left === right || differencesBetween(left, right, comparator).length === 0;
}
