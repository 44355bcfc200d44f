import { type Certificate, makeCertificate } from "../../certificate/certificate.ts";
import { DEFAULT_ALPHA, judge } from "../../certificate/verdict.ts";
import type { CompareRequest } from "./compare-request.ts";
import { type AdjudicationPlace, adjudicated } from "./labels/adjudicate.ts";
import { adjudicable } from "./labels/ask-adjudicator.ts";
import { makeReport } from "./report/make-report.ts";
import type { Compared, CompareReport } from "./report/report.ts";
import { disagreementsIn } from "./run/disagreement.ts";
import { tallyOf } from "./run/figures.ts";
import { looksWith, recordLook, subjectHash } from "./run/looks.ts";
import { meet } from "./run/meet.ts";
import { type Comparison, hashesOf, openComparison } from "./run/open-comparison.ts";

/**
 * Compares a prompt with a tool, or with another prompt, by the prompt's recordings. The look at the
 * holdout is on record before anything is told of it.
 *
 * @throws LlmDoError for what keeps it from being made; `aborted` when a person interrupts
 */
export async function runCompare(
  request: CompareRequest,
  asking: AdjudicationPlace,
): Promise<Compared> {
  const { host, signal } = asking;
  judge({ agreed: 0, n: 0 }, { claim: request.claim }); // a wrong claim is told before all else
  const comparison = await openComparison(request, host);
  const { out, ledger, worker, recorded } = comparison;
  const hashes = hashesOf(comparison, host);
  const subject = subjectHash({
    ...hashes,
    domain: hashes.domain,
    holdout: holdoutPairs(comparison),
  });
  const looksBefore = looksWith(ledger, subject);
  const meeting = await meet(comparison, { host, signal, alpha: DEFAULT_ALPHA / looksBefore });
  const tally = tallyOf(meeting.compared.filter(({ side }) => side === "holdout"));
  // Of nothing nothing is learnt.
  const isLook =
    recorded.inputs.some(({ side }) => side === "holdout") && meeting.compared.length > 0;
  const place = { path: out.file("split.lock.json"), worker: worker.name, host };
  // Others may have looked meanwhile: the risk is shared with them.
  const looks = isLook ? recordLook({ subject, ...tally }, place) : looksBefore;
  const verdict = judge(tally, { claim: request.claim, looks });
  const disagreements = disagreementsIn(meeting.compared);
  const rights = await adjudicated(adjudicable(disagreements), comparison, asking);
  const madeAt = new Date(host.clock.nowMs()).toISOString();
  const made = { comparison, meeting, verdict, looks, hashes, disagreements, rights, madeAt };
  const report = makeReport(made);
  return { report, disagreements, certificate: certificateOf(report), out };
}

function* holdoutPairs({ recorded }: Comparison) {
  for (const { key, side, calls } of recorded.inputs) {
    if (side === "holdout") for (const { output } of calls) yield { key, output };
  }
}

function certificateOf(report: CompareReport): Certificate {
  const { neededAtNextLook: _next, ...agreement } = report.agreement;
  const { noise } = report;
  return makeCertificate({
    worker: { name: report.worker.name, file: report.worker.file },
    tool: report.tool,
    ...(report.domain === undefined ? {} : { domain: report.domain }),
    hashes: report.hashes,
    agreement,
    alpha: report.alpha,
    looks: report.looks,
    ...(noise
      ? {
          noise: {
            n: noise.n,
            promptAgreed: noise.promptAgreed,
            rerunOnly: noise.rerunOnly,
            toolOnly: noise.toolOnly,
          },
        }
      : {}),
    madeAt: report.madeAt,
    exitCode: report.exitCode,
  });
}
