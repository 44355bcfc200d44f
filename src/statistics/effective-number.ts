/**
 * How many equally frequent templates would weigh as much as these: `n² / Σ c²`. 0 where there is none.
 *
 * @param counts inputs of each template
 */
export function effectiveNumber(counts: Iterable<number>): number {
  let [n, squares] = [0, 0];
  for (const count of counts) {
    n += count;
    squares += count * count;
  }
  return squares === 0 ? 0 : (n * n) / squares;
}
