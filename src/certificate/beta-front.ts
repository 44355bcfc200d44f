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
export function betaFront(x: number, a: number, b: number): number {
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
