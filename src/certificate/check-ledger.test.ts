import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { certified, certifiedLedger } from "../../tests/support/certificates.ts";
import { temporaryFolder, testHost } from "../../tests/support/host.ts";
import { AT, answersTo, lookedAt, madeUpInputs, PART, sha } from "../../tests/support/ledgers.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { type Certificate, formatCertificate } from "./certificate.ts";
import { checkLedger, ledgerTextProblem } from "./check-ledger.ts";
import { withCut, withInputs } from "./ledger-changes.ts";
import { formatSplitLedger } from "./ledger-text.ts";
import { readCertificate } from "./read-certificate.ts";
import { head, newLedger, type SplitLedger } from "./split-ledger.ts";

const OWN = "mail/hardening/slug";
const MADE = certifiedLedger(500);

interface Files {
  readonly certificate?: Certificate;
  readonly ledger?: SplitLedger | string | undefined;
  readonly folder?: string;
}

/** What the whole check says, and what a run's glance at the text says. */
function problemOf(files: Files): { check: string | undefined; glance: string | undefined } {
  const { certificate = MADE.certificate, folder = OWN } = files;
  const ledger = "ledger" in files ? files.ledger : MADE.ledger;
  using top = temporaryFolder();
  const host = testHost({ cwd: top.path });
  const path = join(top.path, folder, "certificate.json");
  const workerPath = join(top.path, "mail/slug.worker");
  host.files.write(path, formatCertificate(certificate));
  const text = typeof ledger === "object" ? formatSplitLedger(ledger) : ledger;
  if (text !== undefined) host.files.write(join(top.path, folder, "split.lock.json"), text);
  const glance = ledgerTextProblem(text ?? "", certificate);
  try {
    checkLedger(readCertificate(path, host), { path, workerPath }, host);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { check: error.reason, glance };
  }
  return { check: undefined, glance };
}

const FINE = { check: undefined, glance: undefined };

const SHORTER = "its ledger is another one, or shorter, than the one that it was made by";

describe("the ledger beside a certificate", () => {
  test("bears it out, also after further recordings, looks of others and its own", () => {
    expect(problemOf({})).toEqual(FINE);
    const grown = withInputs(MADE.ledger, { at: AT, ...PART, inputs: madeUpInputs(600) });
    const other = lookedAt(grown, answersTo(600, 20)).ledger;
    const again = lookedAt(other, answersTo(600)).ledger;
    for (const ledger of [grown, other, again]) expect(problemOf({ ledger })).toEqual(FINE);
  });

  test("does not while a merge of it is under way", () => {
    const [head = "", ...rest] = formatSplitLedger(MADE.ledger).split("\n");
    const lines = [head, ...rest.slice(0, -2), "<<<<<<< HEAD", "=======", ">>>>>>> theirs"];
    const ledger = [...lines, ...rest.slice(-2)].join("\n");
    const { check, glance } = problemOf({ ledger });
    expect(glance).toBe("its ledger holds the marks of a merge");
    expect(check).toContain("merge");
  });

  test("bears out a certificate of labels", () => {
    const paired = { n: 600, better: 4, worse: 1 };
    const { ledger, certificate } = certifiedLedger(1_200, { paired });
    expect(problemOf({ ledger, certificate })).toEqual(FINE);
    const { hashes } = certificate;
    const better = { n: 600, agreed: 600, inputs: 1_200, hashes, paired: { ...paired, worse: 0 } };
    expect(problemOf({ ledger, certificate: certified(better) }).check).toBe(
      "its paired is 4 better and 0 worse of 600, and its ledger has 4 better and 1 worse of 600",
    );
  });

  test("is missed", () => {
    const { check } = problemOf({ ledger: undefined });
    expect(check).toBe("there is no split.lock.json beside it, which says what was looked at");
  });

  test("that begins anew, is shorter or is another one bears out nothing", () => {
    const anew = newLedger({ worker: "slug", folder: "hardening/slug" });
    const shorter = { ...MADE.ledger, events: MADE.ledger.events.slice(0, -1) };
    const other = lookedAt(shorter, answersTo(500, 300)).ledger;
    for (const ledger of [anew, shorter, other]) {
      expect(problemOf({ ledger })).toEqual({ check: SHORTER, glance: SHORTER });
    }
    const first = problemOf({
      ledger: '{\n  "split": 1,\n  "worker": "slug",\n  "looks": []\n}\n',
    });
    expect(first.check).toContain("it was made by the first method");
    expect(first.glance).toBe(SHORTER);
  });

  test("says that the evidence was set aside", () => {
    const cut = withCut(MADE.ledger, { at: AT, why: "alarm", detail: "9 of 60 disagreed" });
    expect(problemOf({ ledger: cut })).toEqual({
      check: `its evidence was set aside on ${AT}: 9 of 60 disagreed`,
      glance: "its evidence was set aside after it was made",
    });
    const spread = JSON.stringify(JSON.parse(formatSplitLedger(cut)), null, 2);
    expect(problemOf({ ledger: spread }).glance).toContain("was set aside");
  });

  test("made in another folder, or of another worker, is refused", () => {
    expect(problemOf({ folder: "mail/elsewhere" }).check).toBe(
      "it was made in another folder than the worker's own, mail/hardening/slug",
    );
    const named = (header: Partial<SplitLedger>) => {
      const ledger = lookedAt(
        withInputs(newLedger({ worker: "slug", folder: "hardening/slug", ...header }), {
          ...{ at: AT, ...PART, inputs: madeUpInputs(500) },
        }),
        answersTo(500),
      ).ledger;
      const hashes = { ...MADE.certificate.hashes, ledger: head(ledger) };
      return problemOf({ ledger, certificate: certified({ n: 250, agreed: 250, hashes }) }).check;
    };
    expect(named({})).toBeUndefined();
    expect(named({ folder: "elsewhere" })).toBe("its ledger was made in another folder, elsewhere");
    expect(named({ worker: "other" })).toBe('its ledger is about the worker "other"');
  });

  test.each<[string, Parameters<typeof certified>[0], string]>([
    [
      "counts that nobody has seen",
      { n: 249, agreed: 249, inputs: 500 },
      "its agreement is 249 of 249",
    ],
    ["another version", { n: 250, agreed: 250, version: 2, claim: 0.9 }, "its version is 2"],
    ["a longer list", { n: 250, agreed: 250, inputs: 501 }, "its inputs is 501"],
    ["other answers", { n: 250, agreed: 250, hashes: { answers: sha("x") } }, "its answers is"],
    [
      "another comparator",
      { n: 250, agreed: 250, hashes: { comparator: sha("x") } },
      "its comparator",
    ],
  ])("refuses %s, although they add up", (_what, counts, reason) => {
    const hashes = { ...MADE.certificate.hashes, ...counts.hashes };
    expect(problemOf({ certificate: certified({ ...counts, hashes }) }).check).toContain(reason);
  });

  test("damaged is told by its line", () => {
    const text = formatSplitLedger(MADE.ledger).replace('"agreed":250', '"agreed":249');
    expect(problemOf({ ledger: text }).check).toContain(
      "line 13 does not follow from the line before",
    );
  });
});
