import { counted, grouped } from "../words/counted.ts";
import { percent } from "../words/percent.ts";

/** How a tool fared on generated inputs. */
export interface Generated {
  readonly generated: number;
  /** Inputs on which a property did not hold. */
  readonly violations: number;
}

/**
 * What generated inputs show, in words: with no violation among N, the share of violations under the
 * same generator is below 3/N with a confidence of 95 %, because `1 - 0.05^(1/N) < -ln 0.05 / N < 3/N`.
 *
 * @throws RangeError for counts that are none
 *
 * @example
 * describeGenerated({ generated: 1000, violations: 0 });
 * // "1,000 generated, 0 violations: below 3/1,000 (0.3 %) under this generator; says nothing of your traffic"
 */
export function describeGenerated({ generated, violations }: Generated): string {
  const areCounts = Number.isSafeInteger(generated) && Number.isSafeInteger(violations);
  if (!(areCounts && violations >= 0 && violations <= generated)) {
    throw new RangeError(`${violations} of ${generated} is no count`);
  }
  const counts = `${grouped(generated)} generated, ${counted(violations, "violation")}`;
  return `${counts}${boundOf(generated, violations)} under this generator; says nothing of your traffic`;
}

/** Up to three inputs bound nothing: 3/N is 1 or more. */
function boundOf(generated: number, violations: number): string {
  if (violations > 0 || generated <= 3) return "";
  return `: below 3/${grouped(generated)} (${percent(3 / generated, "at-most")})`;
}
