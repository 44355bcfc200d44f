import { describe, expect, test } from "vitest";
import { AT, madeUpInputs, PART, SUBJECT } from "../../tests/support/ledgers.ts";
import { seededRandom } from "../../tests/support/seeded-random.ts";
import { withInputs, withLook, withOpened } from "./ledger-changes.ts";
import { answersHash, LedgerView, type VersionMatch } from "./ledger-view.ts";
import { newLedger } from "./split-ledger.ts";
import { judge } from "./verdict.ts";

const VERSIONS = 10;

const ALL_INPUTS = madeUpInputs(VERSIONS * 200);

interface Attack {
  /** How often the tool agrees where nobody has mended it. */
  readonly rate: number;
  readonly claim: number;
  /** Inputs that are recorded before each look. */
  readonly batch: number;
  /** Which of the held-out inputs count. */
  readonly count: (view: LedgerView, match: VersionMatch) => readonly number[];
}

/**
 * An engineer who records, looks, opens all that is closed after a failed look, and mends each
 * disagreement that he was shown, in ten versions.
 *
 * @returns the version whose claim was supported, which is false; undefined for none
 */
function falseCertificate(attack: Attack, random: () => number): number | undefined {
  const { rate, claim, batch, count } = attack;
  let ledger = newLedger({ worker: "slug", folder: "hardening/slug" });
  const all = ALL_INPUTS.slice(0, VERSIONS * batch);
  const answers: ("right" | "wrong")[] = [];
  for (let version = 1; version <= VERSIONS; version++) {
    const inputs = all.slice(answers.length, answers.length + batch);
    ledger = withInputs(ledger, { at: AT, ...PART, inputs });
    for (const _each of inputs) answers.push(random() < rate ? "right" : "wrong");
    mend(answers, new LedgerView(ledger));
    const view = new LedgerView(ledger);
    const answersTo = answersHash(answers);
    const match = view.match("agreement", SUBJECT, answersTo);
    const counted = count(view, match);
    const agreed = counted.filter((position) => answers[position] === "right").length;
    const tally = { n: counted.length, agreed };
    if (judge(tally, { claim, version: match.version }).verdict === "supported") return version;
    ledger = withLook(ledger, match, { at: AT, answersTo, tally });
    ledger = withOpened(ledger, { at: AT, ...PART, by: "open", front: { count: Infinity } });
    mend(answers, new LedgerView(ledger));
  }
  return undefined;
}

/** Special-cases everything that is train. */
function mend(answers: ("right" | "wrong")[], view: LedgerView): void {
  for (const { position, side } of view.listed(PART)) {
    if (side === "train") answers[position] = "right";
  }
}

function shareOfFalse(attack: Attack, runs: number): number {
  const random = seededRandom(7);
  let found = 0;
  for (let run = 0; run < runs; run++) if (falseCertificate(attack, random) !== undefined) found++;
  return found / runs;
}

describe("an engineer who mends everything that he is shown", { timeout: 60_000 }, () => {
  const byLedger: Attack["count"] = (view, match) => view.counted(match);

  test("gets a false certificate in at most 5 % of ledgers", () => {
    const attack: Attack = { claim: 0.9, rate: 0.899, batch: 80, count: byLedger };
    const share = shareOfFalse(attack, 150);
    expect(share).toBeGreaterThan(0); // else the attack is too weak to show anything
    expect(share).toBeLessThanOrEqual(0.05);
  });

  test("would always get one if what was opened went on counting", () => {
    const count: Attack["count"] = (view) =>
      view.listed(PART).flatMap(({ drawn, position }) => (drawn === "holdout" ? [position] : []));
    expect(shareOfFalse({ claim: 0.95, rate: 0.9, batch: 200, count }, 10)).toBe(1);
  });
});
