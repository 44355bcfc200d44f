import { withOpened } from "../../certificate/ledger-changes.ts";
import { LedgerView } from "../../certificate/ledger-view.ts";
import { checkClaim } from "../../certificate/verdict.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { type AgreementLook, lookAtAgreement } from "./agreement-look.ts";
import { certificateOf } from "./certificate-of.ts";
import type { CompareRequest } from "./compare-request.ts";
import { type LabelPlace, lookAtNoWorse, type NoWorseLook } from "./no-worse-look.ts";
import type { Compared } from "./report/compare-report.ts";
import { makeReport } from "./report/make-report.ts";
import { disagreementsIn } from "./run/disagreement.ts";
import { evidenceList } from "./run/evidence-list.ts";
import { type Meeting, meet } from "./run/meet.ts";
import { type Comparison, openComparison } from "./run/open-comparison.ts";
import { type TrainInputs, trainInputs } from "./run/train-inputs.ts";

/** What became of the question that a comparison was asked. */
export type Finding =
  /** Train alone says that it could not pass; nothing was looked at. */
  | { readonly kind: "below-on-train" }
  | { readonly kind: "opened"; readonly positions: readonly number[] }
  | { readonly kind: "agreement"; readonly look: AgreementLook; readonly claim: number }
  | { readonly kind: "no-worse"; readonly look: NoWorseLook };

/** A comparison whose question has been answered. */
export interface Answered {
  readonly comparison: Comparison;
  readonly meeting: Meeting;
  readonly train: TrainInputs;
  readonly finding: Finding;
}

/** Held-out inputs that are opened at once: a number of inputs, fixed before any is seen. */
const OPENED_AT_ONCE = 50;

/**
 * Compares a prompt with a tool, or with another worker, by the prompt's recordings. A look at the
 * holdout is on record before anything is told of it.
 *
 * @throws LlmDoError for what keeps it from being made; `aborted` when a person interrupts
 */
export async function runCompare(request: CompareRequest, place: LabelPlace): Promise<Compared> {
  const { question } = request;
  // A wrong claim is told before all else.
  if (question.kind !== "no-worse") checkClaim(question.claim);
  const comparison = await openComparison(request, place.host);
  const meeting = await meet(comparison, place);
  const answered = await answer(comparison, meeting, place);
  const report = makeReport(answered);
  const certificate = certificateOf(answered);
  const disagreements = disagreementsIn(answered.train.inputs);
  return { report, disagreements, certificate, out: comparison.out };
}

async function answer(
  comparison: Comparison,
  meeting: Meeting,
  place: LabelPlace,
): Promise<Answered> {
  const { question } = comparison.request;
  if (question.kind === "open") return opened(comparison, meeting);
  const train = trainInputs(comparison, meeting);
  if (question.kind === "no-worse") {
    const look = await lookAtNoWorse(comparison, meeting, place);
    const after = relisted(comparison, look.ledger, meeting);
    return { ...after, finding: { kind: "no-worse", look } };
  }
  const { claim } = question;
  const { n, agreed } = train.tally;
  if (agreed < claim * n) {
    return { comparison, meeting, train, finding: { kind: "below-on-train" } };
  }
  const look = lookAtAgreement(comparison, meeting, claim);
  return { comparison, meeting, train, finding: { kind: "agreement", look, claim } };
}

/** Opens the front of the queue, whole, whatever the tool says to it. */
function opened(comparison: Comparison, meeting: Meeting): Answered {
  const { part, madeAt: at, workerLedger } = comparison;
  let positions: readonly number[] = [];
  const ledger = workerLedger.change((now) => {
    positions = new LedgerView(now).nextClosed(part, OPENED_AT_ONCE);
    return withOpened(now, { ...part, at, by: "open", front: { count: OPENED_AT_ONCE } });
  });
  if (positions.length === 0) throw nothingClosed();
  return { ...relisted(comparison, ledger, meeting), finding: { kind: "opened", positions } };
}

/** The same after inputs have been opened: they are train now. */
function relisted(
  before: Comparison,
  ledger: Comparison["ledger"],
  meeting: Meeting,
): Omit<Answered, "finding"> {
  const list = evidenceList([...before.list.recorded.values()], ledger, before.part);
  const comparison = { ...before, ledger, list };
  const compared = new Map(
    [...meeting.compared].map(([position, input]) => {
      const side = list.recorded.get(position)?.side ?? input.side;
      return [position, { ...input, side }] as const;
    }),
  );
  const met = { ...meeting, compared };
  return { comparison, meeting: met, train: trainInputs(comparison, met) };
}

function nothingClosed(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: "--open",
    reason: "no held-out input is closed, so there is nothing to open",
    tries: ["record more of the worker's calls"],
  });
}
