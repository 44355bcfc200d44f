/** A number as a quotient of whole numbers. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** The fraction that a decimal number stands for as it is written. */
export function fraction(decimal: number): Fraction {
  const [whole = "", digits = ""] = String(decimal).split(".");
  return { over: BigInt(`${whole}${digits}`), under: 10n ** BigInt(digits.length) };
}

/** `1 / alpha_v`: a whole number. */
export function oddsOfVersion(version: number): bigint {
  return BigInt(20 * version * (version + 1));
}

/**
 * The evidence against a share as a quotient of whole numbers. With a = 100 and b = 1/2 the beta
 * functions are products of steps:
 *
 *     B(a+k, b+d) / B(a, b) = Π(200+2i) Π(1+2i) / Π(201+2i),  i < k, i < d, i < k+d
 */
export function exactEvidence(agreed: number, n: number, share: Fraction): Fraction {
  const disagreed = n - agreed;
  const mixture = steps(200n, agreed) * steps(1n, disagreed);
  const likelihood = share.over ** BigInt(agreed) * (share.under - share.over) ** BigInt(disagreed);
  return { over: mixture * share.under ** BigInt(n), under: steps(201n, n) * likelihood };
}

function steps(first: bigint, count: number): bigint {
  let product = 1n;
  for (let index = 0; index < count; index++) product *= first + 2n * BigInt(index);
  return product;
}

/** The bets in twentieths: 0.1, 0.2, 0.4, 0.7, 0.95. */
const BETS = [2n, 4n, 8n, 14n, 19n];

/** How an input turned out that both were asked. */
export interface PairedTally {
  readonly better: number;
  readonly worse: number;
  readonly n: number;
}

/** The evidence that a tool loses less than a margin, as a quotient of whole numbers. */
export function exactPairedEvidence(counts: PairedTally, margin: Fraction): Fraction {
  const { over, under } = margin;
  const whole = 20n * under;
  return meanOf(counts, whole, (bet) => ({
    better: whole + bet * (under + over),
    worse: whole + bet * (over - under),
    same: whole + bet * over,
  }));
}

/** The evidence that a tool loses more than a margin. */
export function exactWorseEvidence(counts: PairedTally, margin: Fraction): Fraction {
  const { over, under } = margin;
  const whole = 20n * under;
  return meanOf(counts, whole, (bet) => ({
    better: whole - bet * (under + over),
    worse: whole + bet * (under - over),
    same: whole - bet * over,
  }));
}

interface Factors {
  readonly better: bigint;
  readonly worse: bigint;
  readonly same: bigint;
}

function meanOf(
  { better, worse, n }: PairedTally,
  whole: bigint,
  factors: (bet: bigint) => Factors,
): Fraction {
  let sum = 0n;
  for (const bet of BETS) {
    const by = factors(bet);
    const same = BigInt(n - better - worse);
    sum += by.better ** BigInt(better) * by.worse ** BigInt(worse) * by.same ** same;
  }
  return { over: sum, under: BigInt(BETS.length) * whole ** BigInt(n) };
}

/** Whether a fraction is at least a whole number. */
export function isAtLeastWhole({ over, under }: Fraction, whole: bigint): boolean {
  return over >= whole * under;
}

/** The natural logarithm of a fraction above 0, to the precision of a double. */
export function lnOf({ over, under }: Fraction): number {
  return lnOfWhole(over) - lnOfWhole(under);
}

const LEADING_BITS = 64;

function lnOfWhole(whole: bigint): number {
  const bits = whole.toString(16).length * 4;
  const dropped = Math.max(0, bits - LEADING_BITS);
  return Math.log(Number(whole >> BigInt(dropped))) + dropped * Math.LN2;
}
