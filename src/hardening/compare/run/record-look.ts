import { withLook } from "../../../certificate/ledger-changes.ts";
import type { CertificateKind, VersionSubject } from "../../../certificate/ledger-events.ts";
import {
  answersHash,
  countsAreHidden,
  LedgerView,
  type VersionMatch,
} from "../../../certificate/ledger-view.ts";
import { head, type SplitLedger } from "../../../certificate/split-ledger.ts";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Tally } from "../../../statistics/clopper-pearson.ts";
import type { WorkerLedger } from "./worker-ledger.ts";

/** A version of a candidate that is about to look. */
export interface Looking {
  readonly kind: CertificateKind;
  readonly subject: VersionSubject;
  /** Its answers to the list, in order: `answerToken` or `GONE`. */
  readonly answers: readonly string[];
  /** The share that is claimed; undefined for `no-worse`, whose margin is fixed. */
  readonly claim: number | undefined;
  /** Whether a program asks, which may not learn a count. */
  readonly isProgram: boolean;
  /** ISO 8601. */
  readonly at: string;
}

/** A look that is on record. */
export interface RecordedLook<Found> {
  readonly match: VersionMatch;
  readonly isHidden: boolean;
  /** Hash over the version's answers to the list. */
  readonly answers: string;
  readonly ledger: SplitLedger;
  /** The ledger's head with the look. */
  readonly head: string;
  readonly found: Found;
}

/** What a look finds, and what of it may be written down. */
interface Finding {
  /** Undefined where nothing was counted: of nothing nothing is learnt. Labels are counted later. */
  readonly tally: Tally | undefined;
  readonly isSupported: boolean;
}

/**
 * Looks at what counts for a version and writes the look down, before anything of it is told.
 *
 * @param find of the positions that count, and the version's number
 * @throws LlmDoError `file` when the ledger cannot be written, or others have just added to its list;
 * `usage` for `--fresh` without an earlier look, and for a higher claim than before where counts are hidden
 */
export function recordLook<Found extends Finding>(
  workerLedger: WorkerLedger,
  looking: Looking,
  find: (positions: readonly number[], version: number) => Found,
): RecordedLook<Found> {
  const { kind, subject, claim, isProgram, at } = looking;
  let look: Omit<RecordedLook<Found>, "ledger" | "head"> | undefined;
  const ledger = workerLedger.change((before) => {
    const view = new LedgerView(before);
    const match = matched(view, looking);
    const isHidden = countsAreHidden(view, match, isProgram);
    const lowest = view.lowestHiddenClaim(subject);
    if (isHidden && claim !== undefined && lowest !== undefined && claim > lowest) {
      throw higherClaim(claim, lowest);
    }
    const found = find(view.counted(match), match.version);
    const answersTo = answersHash(looking.answers);
    const answers = answersTo(looking.answers.length);
    look = { match, isHidden, answers, found };
    const { tally, isSupported } = found;
    const isKnown = match.known?.m === looking.answers.length;
    if (!tally && (kind === "agreement" || isKnown)) return before;
    const told = isHidden && !isSupported ? undefined : tally;
    const asked = isHidden ? claim : undefined;
    return withLook(before, match, { at, answersTo, tally: told, claim: asked });
  });
  if (!look) throw new TypeError(`nobody looked with ${subject.candidate}`);
  return { ...look, ledger, head: head(ledger) };
}

/** The version as the ledger has it at this moment. */
export function matched(
  view: LedgerView,
  { kind, subject, answers }: Pick<Looking, "kind" | "subject" | "answers">,
): VersionMatch {
  if (view.length(subject) !== answers.length) throw othersListed();
  const answersTo = answersHash(answers);
  const base = subject.fresh && view.match(kind, { ...subject, fresh: false }, answersTo);
  if (base && !base.known && !view.match(kind, subject, answersTo).known) throw nothingFresh();
  return view.match(kind, subject, answersTo);
}

/** Claims that close in on a count tell it. */
function higherClaim(claim: number, lowest: number): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: `--claim ${claim}`,
    reason: `counts are hidden here, where a claim may be lowered and not raised: it was ${lowest} before`,
    tries: [`--claim ${lowest}`],
  });
}

function nothingFresh(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: "--fresh",
    reason: "it counts what was recorded after this version's first look, and it has had none",
    tries: ["leave out --fresh for the first look"],
  });
}

function othersListed(): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write to",
    what: "split.lock.json",
    reason: "another process has just added inputs to it",
    tries: ["run the same command again"],
  });
}
