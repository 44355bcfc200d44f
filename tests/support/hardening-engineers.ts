import { withInputs, withLook, withOpened } from "../../src/certificate/ledger-changes.ts";
import { answersHash, LedgerView, type VersionMatch } from "../../src/certificate/ledger-view.ts";
import { newLedger, type SplitLedger } from "../../src/certificate/split-ledger.ts";
import { AT, PART, SUBJECT, sha } from "./ledgers.ts";

/** One look at the holdout: what an engineer is told. */
export interface Look {
  readonly version: number;
  readonly n: number;
  readonly agreed: number;
}

/**
 * Somebody who records inputs, looks, opens the front of the queue when the look has failed,
 * special-cases all that was shown and looks again. Beyond what was shown the tool never gets better.
 */
export interface Habits {
  /** Held-out inputs recorded between two looks. */
  readonly recordsBetween: number;
  /** Failed looks between two openings. */
  readonly looksBetween: number;
  /** Inputs opened at a time; `Infinity` for all. */
  readonly opens: number;
  readonly looks: number;
}

/** Which inputs of the list count for a version. */
type Counting = (view: LedgerView, match: VersionMatch) => readonly number[];

const BY_THE_RULES: Counting = (view, match) => view.counted(match);

/** The holdout as a queue, told apart from the ledger: these are the rules on the back of an envelope. */
class Queue {
  readonly agrees: boolean[] = [];
  /** Before this position everything was opened. */
  opened = 0;
  /** From this position on inputs count for the present version. */
  start = 0;
  version = 1;

  open(count: number): void {
    const upTo = Math.min(this.agrees.length, this.opened + count);
    let isChanged = false;
    for (; this.opened < upTo; this.opened++) {
      if (this.agrees[this.opened] === false) isChanged = true;
      this.agrees[this.opened] = true;
    }
    // Without a special case the answers are the same: the version goes on and keeps its count.
    if (!isChanged) return;
    this.version++;
    this.start = this.opened;
  }

  look(): Look {
    const n = this.agrees.length - this.start;
    let agreed = 0;
    for (let at = this.start; at < this.agrees.length; at++) if (this.agrees[at]) agreed++;
    return { version: this.version, n, agreed };
  }
}

/** The looks of an engineer by the simple rules, until one of them is the last. */
export function looksOf(
  { recordsBetween, looksBetween, opens, looks }: Habits,
  agrees: () => boolean,
  isLast: (look: Look) => boolean,
): readonly Look[] {
  const queue = new Queue();
  const all: Look[] = [];
  for (let count = 1; count <= looks; count++) {
    for (let input = 0; input < recordsBetween; input++) queue.agrees.push(agrees());
    const look = queue.look();
    all.push(look);
    if (isLast(look)) break;
    if (count % looksBetween === 0) queue.open(opens);
  }
  return all;
}

/**
 * The same engineer at the project's own ledger.
 *
 * @param habits with `counting`, if other inputs are to count than those that the ledger counts
 */
export function ledgerLooksOf(
  {
    recordsBetween,
    looksBetween,
    opens,
    looks,
    counting = BY_THE_RULES,
  }: Habits & { readonly counting?: Counting },
  agrees: () => boolean,
  isLast: (look: Look) => boolean,
): readonly Look[] {
  let ledger: SplitLedger = newLedger({ worker: "slug", folder: "hardening/slug" });
  const answers: boolean[] = [];
  const all: Look[] = [];
  for (let count = 1; count <= looks; count++) {
    const inputs = Array.from({ length: recordsBetween }, (_each, index) => ({
      key: sha(`input ${answers.length + index}`),
      side: "holdout" as const,
      origin: "traffic" as const,
      answer: sha("answer"),
    }));
    ledger = withInputs(ledger, { at: AT, ...PART, inputs });
    for (let input = 0; input < recordsBetween; input++) answers.push(agrees());
    const view = new LedgerView(ledger);
    const answersTo = answersHash(answers.map((agrees) => (agrees ? "right" : "wrong")));
    const match = view.match("agreement", SUBJECT, answersTo);
    const counted = counting(view, match);
    const agreed = counted.filter((position) => answers[position]).length;
    const look = { version: match.version, n: counted.length, agreed };
    ledger = withLook(ledger, match, { at: AT, answersTo, tally: look });
    all.push(look);
    if (isLast(look)) break;
    if (count % looksBetween !== 0) continue;
    for (const position of new LedgerView(ledger).nextClosed(PART, opens)) answers[position] = true;
    ledger = withOpened(ledger, { at: AT, ...PART, by: "open", front: { count: opens } });
  }
  return all;
}
