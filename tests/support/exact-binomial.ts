/** Binary digits after the point of the probabilities that are computed with exactly. */
const FRACTION_BITS = 40;

const ONE = 1n << BigInt(FRACTION_BITS);

/** A probability as a whole number of 2^-40, and the double that is equal to it. */
export interface ExactShare {
  readonly units: bigint;
  readonly share: number;
}

/** The nearest of these probabilities at or below a number, or at or above it. */
export function exactShare(share: number, round: "down" | "up"): ExactShare {
  const scaled = share * 2 ** FRACTION_BITS;
  const units = Math.min(
    2 ** FRACTION_BITS,
    Math.max(0, round === "down" ? Math.floor(scaled) : Math.ceil(scaled)),
  );
  return { units: BigInt(units), share: units / 2 ** FRACTION_BITS };
}

/**
 * `P(Bin(n, p) ≥ k)` summed term by term in whole numbers; only the result is rounded to a double.
 */
export function atLeastOf(k: number, n: number, { units }: ExactShare): number {
  const complement = ONE - units;
  const powers = [1n];
  for (let power = 1; power <= n; power++) powers.push((powers[power - 1] ?? 0n) * complement);
  let sum = 0n;
  let ways = 1n;
  let successes = 1n;
  for (let count = 0; count <= n; count++) {
    if (count >= k) sum += ways * successes * (powers[n - count] ?? 0n);
    ways = (ways * BigInt(n - count)) / BigInt(count + 1);
    successes *= units;
  }
  return quotient(sum, BigInt(FRACTION_BITS * n));
}

/** `numerator / 2^bits`, to the precision of a double. */
function quotient(numerator: bigint, bits: bigint): number {
  const length = BigInt(numerator.toString(16).length * 4);
  const dropped = length > 64n ? length - 64n : 0n;
  return Number(numerator >> dropped) * 2 ** -Number(bits - dropped);
}
