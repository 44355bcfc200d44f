import { hash } from "node:crypto";
import { withInputs, withLook } from "../../src/certificate/ledger-changes.ts";
import type {
  CertificateKind,
  LedgerInput,
  ListPart,
  VersionSubject,
} from "../../src/certificate/ledger-events.ts";
import { answersHash, LedgerView, type VersionMatch } from "../../src/certificate/ledger-view.ts";
import { newLedger, type SplitLedger } from "../../src/certificate/split-ledger.ts";

export const AT = "2026-01-01T00:00:00.000Z";

export function sha(text: string): string {
  return hash("sha256", text);
}

export const PART: ListPart = { prompt: sha("prompt"), model: sha("model") };

export const SUBJECT: VersionSubject = {
  ...PART,
  candidate: "answers",
  comparator: sha("exact"),
  guard: undefined,
  reference: 1,
  since: undefined,
  fresh: false,
};

/** Made-up inputs; every second one is held out. */
export function madeUpInputs(count: number, from = 0): readonly LedgerInput[] {
  return Array.from({ length: count }, (_each, index) => ({
    key: sha(`input ${from + index}`),
    side: (from + index) % 2 === 0 ? "train" : "holdout",
    origin: "traffic",
    answer: sha(`answer ${from + index}`),
  }));
}

export function madeUpLedger(count: number): SplitLedger {
  const ledger = newLedger({ worker: "slug", folder: "hardening/slug" });
  return withInputs(ledger, { at: AT, ...PART, inputs: madeUpInputs(count) });
}

/** The answers of a tool that is wrong from some input on. */
export function answersTo(count: number, wrongFrom = Infinity): (m: number) => string {
  return answersHash(
    Array.from({ length: count }, (_each, index) => (index < wrongFrom ? "right" : "wrong")),
  );
}

/** A look of such a tool at all that counts for it, with all agreeing. */
export function lookedAt(
  ledger: SplitLedger,
  answers: (m: number) => string,
  ...[subject = SUBJECT, kind = "agreement"]: readonly [VersionSubject?, CertificateKind?]
): { readonly ledger: SplitLedger; readonly match: VersionMatch; readonly n: number } {
  const view = new LedgerView(ledger);
  const match = view.match(kind, subject, answers);
  const n = view.counted(match).length;
  const looked = withLook(ledger, match, { at: AT, answersTo: answers, tally: { n, agreed: n } });
  return { ledger: looked, match, n };
}
