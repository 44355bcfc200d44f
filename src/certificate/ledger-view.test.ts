import { describe, expect, test } from "vitest";
import {
  AT,
  answersTo,
  lookedAt,
  madeUpInputs,
  madeUpLedger,
  PART,
  SUBJECT,
  sha,
} from "../../tests/support/ledgers.ts";
import { withCut, withInputs, withLabels, withLook } from "./ledger-changes.ts";
import { answersHash, countsAreHidden, GONE, LedgerView } from "./ledger-view.ts";
import { newLedger } from "./split-ledger.ts";

describe("a version", () => {
  test("is found again after the list has grown, and after other versions", () => {
    const first = lookedAt(madeUpLedger(10), answersTo(10));
    const other = lookedAt(first.ledger, answersTo(10, 5));
    expect([first.match.version, other.match.version]).toEqual([1, 2]);
    const grown = withInputs(other.ledger, { at: AT, ...PART, inputs: madeUpInputs(20) });
    const again = lookedAt(grown, answersTo(20));
    expect([again.match.version, again.n, first.n]).toEqual([1, 10, 5]);
    expect(lookedAt(again.ledger, answersTo(20, 5)).match.version).toBe(2);
    // Version 1 has answered 20 inputs now: what differs later than the tenth is another version.
    expect(lookedAt(again.ledger, answersTo(20, 15)).match.version).toBe(3);
  });

  test("is another one with another comparator, guard, reference, date, prompt or model", () => {
    let ledger = madeUpLedger(10);
    const subjects = [
      SUBJECT,
      ...[1, 2, 3, 4, 5].map((one) => ({ ...SUBJECT, comparator: sha(`comparator ${one}`) })),
      { ...SUBJECT, guard: sha("guard") },
      { ...SUBJECT, reference: 3 },
      { ...SUBJECT, since: "2026-01-01" },
      { ...SUBJECT, fresh: true },
      { ...SUBJECT, model: sha("other model") },
      { ...SUBJECT, candidate: sha("a worker") },
    ];
    for (const [index, subject] of subjects.entries()) {
      const looked = lookedAt(ledger, answersTo(10), subject);
      expect(looked.match.version).toBe(index + 1);
      ledger = looked.ledger;
    }
    for (const [index, subject] of subjects.entries()) {
      expect(lookedAt(ledger, answersTo(10), subject).match.version).toBe(index + 1);
    }
  });

  test("that is a worker is known by its own hash and its recorded answers", () => {
    const worker = { ...SUBJECT, candidate: sha("cheaper.worker") };
    const { ledger } = lookedAt(madeUpLedger(10), answersTo(10), worker);
    expect(lookedAt(ledger, answersTo(10), worker).match.version).toBe(1);
    // Drawn anew: as good as another worker.
    expect(lookedAt(ledger, answersTo(10, 3), worker).match.version).toBe(2);
  });

  test("has a number of its own kind", () => {
    const { ledger } = lookedAt(madeUpLedger(10), answersTo(10));
    const view = new LedgerView(ledger);
    expect(view.match("no-worse", SUBJECT, answersTo(10)).version).toBe(1);
    expect([view.versions("agreement"), view.versions("no-worse")]).toEqual([1, 0]);
  });

  test("whose recording has gone is another one, and comes back with it", () => {
    const { ledger } = lookedAt(madeUpLedger(3), answersHash(["a", "b", "c"]));
    const gone = lookedAt(ledger, answersHash(["a", GONE, "c"]));
    expect(gone.match.version).toBe(2);
    expect(lookedAt(gone.ledger, answersHash(["a", "b", "c"])).match.version).toBe(1);
  });

  test("is not written down again when it finds what it found", () => {
    const { ledger } = lookedAt(madeUpLedger(10), answersTo(10));
    expect(lookedAt(ledger, answersTo(10)).ledger).toBe(ledger);
    expect(ledger.events.filter(({ kind }) => kind === "look")).toHaveLength(1);
  });

  test("cannot be written down with answers to a shorter list", () => {
    const before = madeUpLedger(10);
    const match = new LedgerView(before).match("agreement", SUBJECT, answersTo(10));
    const grown = withInputs(before, { at: AT, ...PART, inputs: madeUpInputs(12) });
    const look = { at: AT, answersTo: answersTo(10), tally: undefined };
    expect(() => withLook(grown, match, look)).toThrow(RangeError);
  });

  test("with its 21st begins to hide counts, of a search from the start", () => {
    let ledger = madeUpLedger(60);
    for (let version = 1; version <= 21; version++) {
      const match = new LedgerView(ledger).match("agreement", SUBJECT, answersTo(60, version));
      expect(match.version).toBe(version);
      const view = new LedgerView(ledger);
      expect(countsAreHidden(view, match, false)).toBe(version === 21);
      expect(countsAreHidden(view, match, true)).toBe(true);
      ledger = lookedAt(ledger, answersTo(60, version)).ledger;
    }
    const view = new LedgerView(ledger);
    expect(countsAreHidden(view, view.match("agreement", SUBJECT, answersTo(60, 1)), false)).toBe(
      true,
    );
    expect(countsAreHidden(view, { kind: "no-worse", version: 1 }, false)).toBe(false);
  });
});

describe("what counts", () => {
  test("since a date is what was listed from then on", () => {
    const later = { at: "2026-02-01T08:00:00.000Z", ...PART, inputs: madeUpInputs(20) };
    const view = new LedgerView(withInputs(madeUpLedger(10), later));
    const since = (date: string) => {
      return view.counted(view.match("agreement", { ...SUBJECT, since: date }, answersTo(20)));
    };
    expect(since("2026-02-01")).toEqual([11, 13, 15, 17, 19]);
    expect(since("2026-02-01T10:00:00+02:00")).toEqual([11, 13, 15, 17, 19]);
    expect(since("2026-02-01T10:00:00+01:00")).toEqual([]);
    expect(since("2025-12-31")).toHaveLength(10);
  });

  test("for a fresh version is what was listed since the same answers were first looked at", () => {
    const fresh = { ...SUBJECT, fresh: true };
    const never = lookedAt(madeUpLedger(10), answersTo(10), fresh);
    expect([never.match.version, never.n]).toEqual([1, 0]);
    const plain = lookedAt(madeUpLedger(10), answersTo(10)).ledger;
    const grown = withInputs(plain, { at: AT, ...PART, inputs: madeUpInputs(20) });
    const first = lookedAt(grown, answersTo(20), fresh);
    expect([first.match.version, first.n]).toEqual([2, 5]);
    // Somebody else goes on as version 1: the fresh one keeps what it had.
    const more = withInputs(first.ledger, { at: AT, ...PART, inputs: madeUpInputs(30) });
    const other = lookedAt(more, answersTo(30, 25)).ledger;
    const again = lookedAt(other, answersTo(30), fresh);
    expect([again.match.version, again.n]).toEqual([2, 10]);
  });

  test("is not what was imported, or shown in another part of the list", () => {
    const inputs = madeUpInputs(10);
    const imported = inputs.map((one) => ({ ...one, origin: "imported" }) as const);
    const empty = newLedger({ worker: "slug", folder: "hardening/slug" });
    const ledger = withInputs(empty, { at: AT, ...PART, inputs: imported.slice(0, 4) });
    const other = { ...PART, prompt: sha("other prompt") };
    const both = new LedgerView(withInputs(ledger, { at: AT, ...other, inputs }));
    expect(both.listed(PART).map(({ side }) => side)).toEqual(Array(4).fill("train"));
    expect(both.nextClosed(other, 10)).toEqual([5, 7, 9]);
    const match = both.match("agreement", { ...SUBJECT, ...other }, answersTo(10));
    expect(both.counted(match)).toEqual([5, 7, 9]);
  });

  test("stays for a version that has labelled it, and for no other", () => {
    const { ledger, match } = lookedAt(madeUpLedger(20), answersTo(20));
    const known = new LedgerView(ledger).match("agreement", SUBJECT, answersTo(20));
    const progress = { at: AT, n: 4, better: 1, worse: 0, upTo: 8, by: "labels" } as const;
    const labelled = withLabels(ledger, known, progress);
    expect(labelled.events.slice(-2)).toMatchObject([
      { kind: "labels", version: 1, n: 4, better: 1, worse: 0, upTo: 8 },
      { kind: "opened", by: "labels", count: 4, upTo: 8 },
    ]);
    expect(lookedAt(labelled, answersTo(20)).n).toBe(10);
    expect(lookedAt(labelled, answersTo(20, 5)).n).toBe(6);
    expect(() => withLabels(ledger, match, progress)).toThrow(RangeError);
  });

  test("begins anew after a cut, with a new version", () => {
    const { ledger } = lookedAt(madeUpLedger(10), answersTo(10));
    const cut = withCut(ledger, { at: AT, why: "alarm", detail: "5 of 20 disagreed" });
    expect(lookedAt(cut, answersTo(10))).toMatchObject({ match: { version: 2 }, n: 0 });
    const grown = withInputs(cut, { at: AT, ...PART, inputs: madeUpInputs(20) });
    const after = lookedAt(grown, answersTo(20));
    expect(after).toMatchObject({ match: { version: 2 }, n: 5 });
    expect(new LedgerView(grown).nextClosed(PART, 2)).toEqual([11, 13]);
    expect(lookedAt(after.ledger, answersTo(20)).match.version).toBe(2);
  });
});
