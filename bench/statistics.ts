/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("there is no median of nothing");
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of what each round says on its own, so that a slow moment hits both sides of a ratio. */
export function medianOf<Round>(rounds: readonly Round[], value: (round: Round) => number): number {
  return median(rounds.map(value));
}

type Measures<Name extends string> = Readonly<Record<Name, () => number | Promise<number>>>;

/**
 * Measures everything once per round, in turn (A B A B ...), so that a noisy machine hits all alike.
 * The first `warmUps` rounds are thrown away.
 */
export async function interleave<Name extends string>(
  measures: Measures<Name>,
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
): Promise<readonly Readonly<Record<Name, number>>[]> {
  const names = Object.keys(measures) as Name[]; // a record's own keys are its names
  const kept: Record<Name, number>[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const measured: Partial<Record<Name, number>> = {};
    for (const name of names) measured[name] = await measures[name]();
    if (round >= 0) kept.push(measured as Record<Name, number>); // every name was set just now
  }
  return kept;
}
