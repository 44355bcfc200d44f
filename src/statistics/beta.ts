/** Numerators of the fraction; it needs about the square root of the larger parameter. */
const MOST_TERMS = 1_000_000;

/** Stands for a zero that would be divided by, as in Lentz's method. */
const TINY = 1e-300;

/** Newton's steps and halvings: 60 halvings alone settle a double, Newton needs about six. */
const MOST_STEPS = 400;

/**
 * The regularized incomplete beta function `I_x(a, b)`: the probability that a value with the
 * distribution Beta(a, b) is at most x. For whole k and n it is a sum of the binomial,
 * `I_x(k, n-k+1) = P(Bin(n, x) ≥ k)` (DLMF 8.17.5), which the tests compute exactly; it agrees to
 * 1e-10, relatively.
 *
 * @param x a probability
 * @param a above 0
 * @param b above 0
 * @throws RangeError for parameters outside of these ranges
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(x >= 0 && x <= 1)) throw new RangeError(`x must be from 0 to 1, not ${x}`);
  if (x === 0 || x === 1) return x;
  const front = betaFront(x, a, b);
  // The fraction converges fast up to about the mean; beyond it, I_x(a, b) = 1 - I_(1-x)(b, a).
  if (x <= (a + 1) / (a + b + 2)) return Math.min(1, (front * fraction(x, a, b)) / a);
  return Math.max(0, 1 - (front * fraction(1 - x, b, a)) / b);
}

/**
 * The x with `I_x(a, b) = probability`: the quantile of the distribution Beta(a, b).
 *
 * Newton's steps on the logarithm, which is concave where a and b are at least 1, inside of a bracket
 * that is halved where a step would leave it. Exact to the last few digits of the double.
 *
 * @param probability from 0 to 1
 * @throws RangeError for parameters outside of their ranges
 */
export function betaInverse(probability: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`a probability must be from 0 to 1, not ${probability}`);
  }
  if (probability === 0 || probability === 1) return probability;
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let step = 0; step < MOST_STEPS; step++) {
    const reached = incompleteBeta(x, a, b);
    if (reached === probability) return x;
    if (reached < probability) low = x;
    else high = x;
    const next = newtonStep(x, { reached, probability, a, b });
    const inside = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(inside - x) <= Number.EPSILON * x) return inside;
    x = inside;
  }
  return x;
}

interface Aim {
  readonly reached: number;
  readonly probability: number;
  readonly a: number;
  readonly b: number;
}

/** From x towards the root of ln I_x - ln probability; not finite where I_x is 0 as a double. */
function newtonStep(x: number, { reached, probability, a, b }: Aim): number {
  const density = betaFront(x, a, b) / (x * (1 - x));
  return x - (Math.log(reached / probability) * reached) / density;
}

/**
 * The continued fraction `1 / (1 + d1 / (1 + d2 / ...))` of DLMF 8.17.22, forwards by Lentz's method:
 *
 *     d(2m)   = m (b-m) x / ((a+2m-1) (a+2m))
 *     d(2m+1) = -(a+m) (a+b+m) x / ((a+2m) (a+2m+1))
 */
function fraction(x: number, a: number, b: number): number {
  let numerators = 1;
  let denominators = 0;
  let value = 1;
  for (let index = 1; index <= MOST_TERMS; index++) {
    const m = index >> 1;
    const below = (a + index - 1) * (a + index);
    const d = (index % 2 === 0 ? m * (b - m) : -(a + m) * (a + b + m)) * (x / below);
    denominators = 1 / unlikeZero(1 + d * denominators);
    numerators = unlikeZero(1 + d / numerators);
    const change = numerators * denominators;
    value *= change;
    if (Math.abs(change - 1) <= Number.EPSILON) return 1 / value;
  }
  throw new RangeError(`the incomplete beta function does not converge for a = ${a}, b = ${b}`);
}

function unlikeZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function checkShape(a: number, b: number): void {
  if (!(a > 0 && b > 0 && Number.isFinite(a + b))) {
    throw new RangeError(`a and b must be above 0, not ${a} and ${b}`);
  }
}

/** Below this, Stirling's series is entered from above by recurrence; its terms up to z^-13 then leave less than 1e-16. */
const SERIES_FROM = 10;

/** B(2k) / (2k (2k-1)) for k = 1 to 7, with Bernoulli's numbers B: the terms of Stirling's series. */
const STIRLING_TERMS = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360_360,
  1 / 156,
] as const;

/** Below this distance from 1 the deviance is summed as a series; elsewhere nothing cancels. */
const SERIES_BELOW = 0.1;

/** Terms of that series: 0.1^18 is below the last digit of a double. */
const DEVIANCE_TERMS = 18;

/**
 * The factor in front of the continued fraction of the incomplete beta function:
 * `x^a (1-x)^b / B(a, b)`, for 0 < x < 1 and positive a and b.
 *
 * Log-gammas of thousands would lose five digits when they are subtracted from each other. Therefore
 * the large parts are cancelled on paper, as in Loader, "Fast and Accurate Computation of Binomial
 * Probabilities" (2000). With `lnΓ(z) = (z-½) ln z - z + ½ ln 2π + r(z)` and s = a + b:
 *
 *     ln front = ½ ln(a b / (2π s)) + r(s) - r(a) - r(b) - D(a, s x) - D(b, s (1-x))
 *     D(u, m)  = u ln(u / m) + m - u
 */
function betaFront(x: number, a: number, b: number): number {
  const sum = a + b;
  const rests = stirlingRest(sum) - stirlingRest(a) - stirlingRest(b);
  const deviances = deviance(a, sum * x) + deviance(b, sum * (1 - x));
  return Math.sqrt(((a / sum) * b) / (2 * Math.PI)) * Math.exp(rests - deviances);
}

/** `r(z) = lnΓ(z) - ((z-½) ln z - z + ½ ln 2π)`, for z > 0. */
function stirlingRest(z: number): number {
  let steps = 0;
  let at = z;
  // From Γ(z+1) = z Γ(z): r(z) - r(z+1) = (z+½) ln(1+1/z) - 1.
  for (; at < SERIES_FROM; at++) steps += (at + 0.5) * Math.log1p(1 / at) - 1;
  const square = at * at;
  let power = at;
  let series = 0;
  for (const term of STIRLING_TERMS) {
    series += term / power;
    power *= square;
  }
  return steps + series;
}

/** `u ln(u/m) + m - u`, at least 0, exact to the last digits also where u is close to m. */
function deviance(u: number, m: number): number {
  const t = (u - m) / m;
  if (Math.abs(t) >= SERIES_BELOW) return u * Math.log(u / m) + m - u;
  // m ((1+t) ln(1+t) - t), summed as m Σ (-t)^k / (k (k-1)).
  let power = -t;
  let sum = 0;
  for (let k = 2; k < DEVIANCE_TERMS + 2; k++) {
    power *= -t;
    sum += power / (k * (k - 1));
  }
  return m * sum;
}

/**
 * `ln B(x, y)`, for x and y above 0. Stirling's series with the large parts cancelled on paper, as in
 * {@link betaFront}: `x ln(x/s) + y ln(y/s) + ½ ln(2π s / (x y)) + r(x) + r(y) - r(s)`, s = x + y.
 *
 * @throws RangeError for other values
 */
export function lnBeta(x: number, y: number): number {
  checkShape(x, y);
  const sum = x + y;
  const [less, more] = x < y ? [x, y] : [y, x];
  // The share of the larger one is close to 1, where only its rest has all digits; that of the smaller is not.
  const large = more * Math.log1p(-less / sum) + less * Math.log(less / sum);
  const rests = stirlingRest(x) + stirlingRest(y) - stirlingRest(sum);
  return large + Math.log((2 * Math.PI * sum) / x / y) / 2 + rests;
}
