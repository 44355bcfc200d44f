import type { Tally } from "../statistics/clopper-pearson.ts";
import { mostLoss, pairedVerdict } from "../statistics/paired.ts";
import { rareInterval } from "../statistics/rare-interval.ts";
import { interval, reachesClaim } from "../statistics/time-uniform.ts";
import { versionRisk } from "../statistics/version-risk.ts";
import {
  type AgreementCertificate,
  type Certificate,
  checksumOf,
  type NoWorseCertificate,
} from "./certificate.ts";

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
 * Computes again what a certificate says, from its counts, its claim and its version, and tells what it
 * says otherwise. Empty where all adds up and the claim is supported.
 */
export function wrongFigures(certificate: Certificate): readonly WrongFigure[] {
  const impossible = impossibleFigures(certificate);
  if (impossible.length > 0) return impossible;
  const { version, alpha, checksum } = certificate;
  const risk = versionRisk(version);
  const wrong = [
    ...wrongUnless(isNear(alpha, risk), "alpha", alpha, risk),
    ...wrongBounds(certificate, risk),
    ...(certificate.kind === "agreement"
      ? wrongAgreement(certificate, risk)
      : wrongPairs(certificate, risk)),
  ];
  if (wrong.length > 0) return wrong;
  const sum = checksumOf(certificate);
  return wrongUnless(checksum === sum, "checksum", checksum, sum);
}

function wrongBounds(
  { agreement, fallback, single }: Certificate,
  alpha: number,
): readonly WrongFigure[] {
  const { templates } = agreement;
  const inputs = interval(agreement, alpha);
  const fellBack = rareInterval({ n: fallback.n, agreed: fallback.fellBack }, alpha);
  const disagreed = rareInterval({ n: single.n, agreed: single.disagreed }, alpha);
  return [
    ...wrongUnlessNear("agreement.lower", agreement.lower, inputs.lower),
    ...wrongUnlessNear("agreement.upper", agreement.upper, inputs.upper),
    ...(templates
      ? wrongUnlessNear(
          "agreement.templates.lower",
          templates.lower,
          interval(templates, alpha).lower,
        )
      : []),
    ...wrongUnlessNear("fallback.lower", fallback.lower, fellBack.lower),
    ...wrongUnlessNear("fallback.upper", fallback.upper, fellBack.upper),
    ...wrongUnlessNear("single.upper", single.upper, disagreed.upper),
  ];
}

function wrongAgreement(
  { agreement, claim }: AgreementCertificate,
  alpha: number,
): readonly WrongFigure[] {
  const { unit, templates, verdict } = agreement;
  const tally: Tally = unit === "template" && templates ? templates : agreement;
  const should = reachesClaim(claim, tally, alpha) ? "supported" : "nothing: it is not supported";
  return wrongUnless(verdict === should, "agreement.verdict", verdict, should);
}

function wrongPairs({ paired, margin }: NoWorseCertificate, alpha: number): readonly WrongFigure[] {
  const verdict = pairedVerdict(paired, { margin, alpha });
  const counts = `${paired.better} better, ${paired.worse} worse of ${paired.n}`;
  return [
    ...wrongUnless(verdict === "no-worse", "paired", counts, "counts that support it"),
    ...wrongUnlessNear("paired.loss", paired.loss, mostLoss(paired, alpha)),
  ];
}

/** Figures of which nothing can be computed. */
function impossibleFigures(certificate: Certificate): readonly WrongFigure[] {
  const { agreement, inputs, fallback, single, version, sources } = certificate;
  const { n, agreed, unit, templates } = agreement;
  return [
    ...wrongUnless(version >= 1, "version", version, "at least 1"),
    ...atMost("inputs", inputs, MOST_INPUTS),
    ...atMost("agreement.n", n, inputs),
    ...atMost("agreement.agreed", agreed, n),
    ...(templates ? atMost("agreement.templates.n", templates.n, n) : []),
    ...(templates ? atMost("agreement.templates.agreed", templates.agreed, templates.n) : []),
    ...wrongUnless(unit === "input" || templates, "agreement.templates", templates, "the counts"),
    ...atMost("fallback.n", fallback.n, inputs),
    ...atMost("fallback.fellBack", fallback.fellBack, fallback.n),
    ...atMost("single.n", single.n, MOST_INPUTS),
    ...atMost("single.disagreed", single.disagreed, single.n),
    ...Object.entries(sources).flatMap(([name, count]) => atMost(`sources.${name}`, count, inputs)),
    ...impossibleClaim(certificate),
  ];
}

function impossibleClaim(certificate: Certificate): readonly WrongFigure[] {
  if (certificate.kind === "agreement") {
    const { claim } = certificate;
    return wrongUnless(claim > 0 && claim < 1, "claim", claim, "above 0 and below 1");
  }
  const { margin, paired, inputs } = certificate;
  const { n, better, worse } = paired;
  return [
    ...wrongUnless(margin > 0 && margin < 1, "margin", margin, "above 0 and below 1"),
    ...atMost("paired.n", n, inputs),
    ...atMost("paired.better", better, n - worse),
  ];
}

function atMost(field: string, count: number, most: number): readonly WrongFigure[] {
  return wrongUnless(count <= most, field, count, `at most ${most}`);
}

function wrongUnlessNear(field: string, said: number, computed: number): readonly WrongFigure[] {
  return wrongUnless(isNear(said, computed), field, said, computed);
}

/** The difference, unless there is none. */
export function wrongUnless(
  isRight: unknown,
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
