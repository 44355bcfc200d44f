import { type Certificate, checksumOf } from "./certificate.ts";
import type { SplitLedger } from "./split-ledger.ts";
import { DEFAULT_ALPHA, judge, VERDICT_EXIT, type Verdict } from "./verdict.ts";

/** A figure that does not follow from the others, or from the ledger. */
export interface WrongFigure {
  /** As in `agreement.lower`. */
  readonly field: string;
  readonly says: string;
  readonly should: string;
}

/** Two machines may compute the last digits of a bound differently. */
const TOLERANCE = 1e-9;

/** More distinct inputs than anybody records; the bounds of more would take seconds. */
const MOST_INPUTS = 1e9;

/**
 * Computes again what a certificate says, from its counts, its claim and its looks, and tells what it
 * says otherwise. Empty where all adds up.
 */
export function wrongFigures(certificate: Certificate): readonly WrongFigure[] {
  const { agreement, alpha, looks, exitCode, checksum } = certificate;
  const impossible = impossibleFigures(certificate);
  if (impossible.length > 0) return impossible;
  let verdict: Verdict;
  try {
    verdict = judge(agreement, { claim: agreement.claim, looks });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return wrongUnless(false, "agreement.claim", agreement.claim, "a share within reach");
  }
  const { lower, upper } = verdict;
  const needed = verdict.verdict === "inconclusive" ? verdict.needed : undefined;
  const exit = VERDICT_EXIT[verdict.verdict];
  const { verdict: said } = agreement;
  const wrong = [
    ...wrongUnless(isNear(agreement.lower, lower), "agreement.lower", agreement.lower, lower),
    ...wrongUnless(isNear(agreement.upper, upper), "agreement.upper", agreement.upper, upper),
    ...wrongUnless(said === verdict.verdict, "agreement.verdict", said, verdict.verdict),
    ...wrongUnless(agreement.needed === needed, "agreement.needed", agreement.needed, needed),
    ...wrongUnless(alpha === DEFAULT_ALPHA, "alpha", alpha, DEFAULT_ALPHA),
    ...wrongUnless(exitCode === exit, "exitCode", exitCode, exit),
  ];
  if (wrong.length > 0) return wrong;
  const sum = checksumOf(certificate);
  return wrongUnless(checksum === sum, "checksum", checksum, sum);
}

/** Figures of which nothing can be computed. */
function impossibleFigures({ agreement, looks, noise }: Certificate): readonly WrongFigure[] {
  const { n, agreed, claim } = agreement;
  return [
    ...wrongUnless(n <= MOST_INPUTS, "agreement.n", n, `at most ${MOST_INPUTS}`),
    ...wrongUnless(agreed <= n, "agreement.agreed", agreed, `at most ${n}, the inputs`),
    ...wrongUnless(claim > 0 && claim < 1, "agreement.claim", claim, "above 0 and below 1"),
    ...wrongUnless(looks >= 1, "looks", looks, "at least 1"),
    ...(noise ? impossibleNoise(noise) : []),
  ];
}

function impossibleNoise(noise: NonNullable<Certificate["noise"]>): readonly WrongFigure[] {
  const { n, promptAgreed, rerunOnly, toolOnly } = noise;
  const others = n - promptAgreed;
  return [
    ...wrongUnless(promptAgreed <= n, "noise.promptAgreed", promptAgreed, `at most ${n}`),
    ...wrongUnless(
      rerunOnly <= promptAgreed,
      "noise.rerunOnly",
      rerunOnly,
      `at most ${promptAgreed}`,
    ),
    ...wrongUnless(toolOnly <= others, "noise.toolOnly", toolOnly, `at most ${others}`),
  ];
}

/**
 * What a certificate says otherwise than the ledger of the looks at the holdout: each certificate is of
 * a look that is on record, and how many looks there had been by then follows from the ones before it.
 *
 * @param subject what was looked at, where that is known: `subjectHash`
 */
export function wrongByLedger(
  { agreement: { n, agreed }, looks, worker }: Certificate,
  ledger: SplitLedger,
  subject?: string,
): readonly WrongFigure[] {
  if (worker.name !== ledger.worker) {
    return wrongUnless(false, "worker.name", worker.name, `${ledger.worker}, as in the ledger`);
  }
  if (n === 0) return []; // Of nothing nothing is learnt, and no look is on record.
  const subjects = new Set<string>();
  const known = ledger.looks
    .map((look) => ({ ...look, looks: subjects.add(look.subject).size }))
    .filter((look) => subject === undefined || look.subject === subject);
  if (known.some((look) => look.n === n && look.agreed === agreed && look.looks === looks))
    return [];
  const sameCounts = known.findLast((look) => look.n === n && look.agreed === agreed);
  if (sameCounts) {
    return wrongUnless(false, "looks", looks, `${sameCounts.looks}, by the ledger beside it`);
  }
  const sameLook = known.findLast((look) => look.looks === looks) ?? known.at(-1);
  const counts = sameLook
    ? `${sameLook.agreed} of ${sameLook.n}, by the ledger beside it`
    : "a look that the ledger beside it knows; it knows none";
  return wrongUnless(false, "agreement", `${agreed} of ${n}`, counts);
}

function wrongUnless(
  isRight: boolean,
  field: string,
  ...[says, should]: readonly [says: unknown, should: unknown]
): readonly WrongFigure[] {
  return isRight ? [] : [{ field, says: figureText(says), should: figureText(should) }];
}

function figureText(value: unknown): string {
  return value === undefined ? "nothing" : String(value);
}

function isNear(said: number, computed: number): boolean {
  return Math.abs(said - computed) <= TOLERANCE * Math.max(1, Math.abs(computed));
}
