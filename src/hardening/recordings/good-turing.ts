/** What is expected of inputs that have not been seen. */
export interface Unseen {
  /** Good and Turing's estimate: the share of future inputs whose shape is new. */
  readonly share: number;
  /** f1: shapes that were seen once. */
  readonly seenOnce: number;
  /** Shapes that were counted, repeats included. */
  readonly n: number;
}

/**
 * Estimates the share of future inputs whose shape has not been seen, `f1/n`: f1 of the n inputs so
 * far had a shape of their own. Where nothing has been seen, everything will be new.
 *
 * @param shapes the shape of each distinct input, in any order; see `shapeOf`
 */
export function unseenShare(shapes: Iterable<string>): Unseen {
  const counts = new Map<string, number>();
  let n = 0;
  for (const shape of shapes) {
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
    n++;
  }
  let seenOnce = 0;
  for (const count of counts.values()) if (count === 1) seenOnce++;
  return { share: n === 0 ? 1 : seenOnce / n, seenOnce, n };
}
