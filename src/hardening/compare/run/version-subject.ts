import type { CertificateKind, VersionSubject } from "../../../certificate/ledger-events.ts";
import { GONE } from "../../../certificate/ledger-view.ts";
import { answerToken } from "../trial/outcome.ts";
import type { Meeting } from "./meet.ts";
import type { Comparison } from "./open-comparison.ts";
import type { Looking } from "./record-look.ts";

/** The other worker has no recorded answer to an input. */
const UNANSWERED = "unanswered";

/** What is about to look, with its answers to the list. */
export function lookingOf(
  kind: CertificateKind,
  comparison: Comparison,
  { compared }: Meeting,
): Looking {
  const { list } = comparison;
  const answers = list.listed.map(({ position }) => {
    const found = compared.get(position);
    if (found) return answerToken(found.outcome);
    return list.recorded.has(position) ? UNANSWERED : GONE;
  });
  const { isProgram, madeAt: at, request } = comparison;
  const claim =
    kind === "agreement" && "claim" in request.question ? request.question.claim : undefined;
  return { kind, subject: subjectOf(comparison), answers, claim, isProgram, at };
}

function subjectOf({ request, part, hashes, ledger, opponent }: Comparison): VersionSubject {
  return {
    ...part,
    candidate: opponent.kind === "tool" ? "answers" : hashes.tool,
    comparator: hashes.comparator,
    guard: hashes.domain,
    reference: ledger.reference,
    since: request.since,
    fresh: request.fresh,
  };
}
