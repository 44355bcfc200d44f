/** Items of two lists that are left without a partner, by their indices. */
export interface Unmatched {
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
