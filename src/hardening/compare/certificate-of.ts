import {
  type Certificate,
  type CertificateParts,
  makeCertificate,
} from "../../certificate/certificate.ts";
import type { Tally } from "../../statistics/clopper-pearson.ts";
import { effectiveNumber } from "../../statistics/effective-number.ts";
import { mostLoss } from "../../statistics/paired.ts";
import { rareInterval } from "../../statistics/rare-interval.ts";
import { interval } from "../../statistics/time-uniform.ts";
import { versionRisk } from "../../statistics/version-risk.ts";
import type { AgreementLook } from "./agreement-look.ts";
import { NO_WORSE_MARGIN } from "./labels/walk.ts";
import type { NoWorseLook } from "./no-worse-look.ts";
import {
  agreementOf,
  type CountedInput,
  fallbackOf,
  templateFigures,
} from "./run/counted-inputs.ts";
import { originCounts } from "./run/evidence-list.ts";
import { singleTally } from "./run/figures.ts";
import type { Comparison } from "./run/open-comparison.ts";
import type { Answered } from "./run-compare.ts";

/** The certificate of a look that was supported; undefined for any other, which overwrites nothing. */
export function certificateOf({ comparison, finding }: Answered): Certificate | undefined {
  switch (finding.kind) {
    case "below-on-train":
    case "opened":
      return undefined;
    case "agreement":
      return ofAgreement(comparison, finding.look, finding.claim);
    case "no-worse":
      return ofNoWorse(comparison, finding.look);
  }
}

function ofAgreement(
  comparison: Comparison,
  look: AgreementLook,
  claim: number,
): Certificate | undefined {
  const { counted, isSupported, unit } = look.found;
  if (!isSupported) return undefined;
  const parts = commonParts(comparison, look, counted);
  const agreement = { ...parts.agreement, verdict: "supported", unit } as const;
  return makeCertificate({ ...parts, kind: "agreement", claim, agreement });
}

function ofNoWorse(comparison: Comparison, look: NoWorseLook): Certificate | undefined {
  const { n, better, worse, verdict } = look.walk;
  if (verdict !== "no-worse") return undefined;
  const paired = { n, better, worse };
  return makeCertificate({
    ...commonParts(comparison, look, look.through),
    kind: "no-worse",
    margin: NO_WORSE_MARGIN,
    paired: { ...paired, loss: mostLoss(paired, look.alpha) },
  });
}

function commonParts(
  comparison: Comparison,
  look: AgreementLook | NoWorseLook,
  counted: readonly CountedInput[],
): Omit<CertificateParts, "kind" | "claim" | "margin" | "paired"> {
  const { worker, request, opponent, guard, hashes, list, ledger, comparator } = comparison;
  const { version } = look.match;
  const alpha = versionRisk(version);
  const fallback = fallbackOf(counted);
  const inputs = counted.flatMap(({ compared }) => compared ?? []);
  const single = singleTally(inputs, comparator);
  const disagreed = { n: single.n, agreed: single.n - single.agreed };
  return {
    worker: { name: worker.name, file: worker.file },
    candidate: opponent.kind,
    tool: request.tool,
    ...(guard ? { domain: guard.reference } : {}),
    version,
    alpha,
    inputs: list.listed.length,
    agreement: {
      ...withBounds(agreementOf(counted), alpha),
      unit: "input",
      templates: templatesOf(counted, alpha),
    },
    fallback: {
      n: fallback.n,
      fellBack: fallback.agreed,
      ...rareInterval(fallback, alpha),
    },
    single: {
      n: disagreed.n,
      disagreed: disagreed.agreed,
      upper: rareInterval(disagreed, alpha).upper,
    },
    sources: sourcesOf(comparison, counted),
    reference: ledger.reference,
    ...(request.since === undefined ? {} : { since: request.since }),
    ...(request.fresh ? { fresh: true } : {}),
    hashes: { ...hashes, answers: look.answers, ledger: look.head },
    madeAt: comparison.madeAt,
  };
}

function withBounds(tally: Tally, alpha: number) {
  return { ...tally, ...interval(tally, alpha) };
}

function templatesOf(counted: readonly CountedInput[], alpha: number) {
  const { n, agreed, effective } = templateFigures(counted, effectiveNumber);
  return { n, agreed, lower: interval({ n, agreed }, alpha).lower, effective };
}

/** Where the counted inputs were recorded. Imported ones are never counted; that there are some is said. */
function sourcesOf({ list }: Comparison, counted: readonly CountedInput[]) {
  const byPosition = new Map(list.listed.map((listed) => [listed.position, listed]));
  const origins = counted.flatMap(({ position }) => byPosition.get(position)?.origin ?? []);
  const imported = list.listed.filter(({ origin }) => origin === "imported").length;
  const scripted = counted.filter(({ compared }) => compared?.calls[0].source === "script").length;
  return { ...originCounts(origins), imported, scripted };
}
