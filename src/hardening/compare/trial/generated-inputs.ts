import type * as FastCheck from "fast-check";
import type { Domain } from "../../../functions/domain.ts";
import type { Json } from "../../../model/json.ts";
import { toJson } from "../../../runtime/state/output.ts";
import { counted, grouped } from "../../../words/counted.ts";
import { percent } from "../../../words/percent.ts";
import { FALLBACK_WORDS, FAULT_WORDS, type Outcome } from "./outcome.ts";
import { MOST_TIMEOUTS, type Trials } from "./trial.ts";

/** What a tool did with inputs of its domain's generator. */
export interface GeneratedFigures extends Generated {
  /** Generated inputs that the domain itself does not accept. */
  readonly outside: number;
  /** What repeats the run, with the number of inputs. */
  readonly seed: number;
  readonly statement: string;
  readonly counterexample?: Counterexample;
}

interface Counterexample {
  /** As small as it could be made. */
  readonly input: Json;
  readonly why: string;
  /** Where fast-check finds it from the seed. */
  readonly path: string;
}

interface GeneratedRun {
  readonly domain: Domain & { readonly generate: NonNullable<Domain["generate"]> };
  readonly trials: Trials;
  readonly count: number;
  readonly seed: number;
}

/** Making a counterexample smaller ends after this; each step runs the tool twice. */
const SHRINKING_MS = 10_000;

/**
 * Looks for violations of a tool's contract: a fault, or an answer that its domain's check refuses. It
 * stops where so many inputs take too long that nothing more is to be learnt.
 */
export async function tryGenerated(run: GeneratedRun): Promise<GeneratedFigures> {
  const fc = await import("fast-check");
  const { domain, trials, count, seed } = run;
  const arbitrary = domain.generate(fc).map((value) => toJson(value, "a generated input"));
  const before = trials.timeouts;
  let [generated, violations, outside] = [0, 0, 0];
  for (const input of fc.sample(arbitrary, { numRuns: count, seed })) {
    const { outcome } = await trials.run(input);
    generated++;
    if (outcome.kind === "fell-back" && outcome.by === "domain") outside++;
    if (violationIn(outcome) !== undefined) violations++;
    if (trials.timeouts - before >= MOST_TIMEOUTS) break;
  }
  const counterexample = violations > 0 ? await smallest(fc, arbitrary, run) : undefined;
  return {
    generated,
    violations,
    outside,
    seed,
    statement: describeGenerated({ generated, violations }),
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}

async function smallest(
  fc: typeof FastCheck,
  arbitrary: FastCheck.Arbitrary<Json>,
  { trials, count, seed }: GeneratedRun,
): Promise<Counterexample | undefined> {
  const holds = async (input: Json) => violationIn((await trials.run(input)).outcome) === undefined;
  const found = await fc.check(fc.asyncProperty(arbitrary, holds), {
    numRuns: count,
    seed,
    interruptAfterTimeLimit: SHRINKING_MS,
  });
  const [input] = found.counterexample ?? [];
  if (input === undefined) return undefined; // it does not fail each time
  const { outcome } = await trials.run(input);
  const why = violationIn(outcome) ?? "it fails at times only";
  return { input, why, path: found.counterexamplePath ?? "" };
}

function violationIn(outcome: Outcome): string | undefined {
  if (outcome.kind === "fault") return `${FAULT_WORDS[outcome.fault]}: ${outcome.message}`;
  if (outcome.kind !== "fell-back" || outcome.by !== "check") return undefined;
  return `${FALLBACK_WORDS.check}: ${outcome.reason}`;
}

/** How a tool fared on generated inputs. */
interface Generated {
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
