import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DEFAULT_HOLDOUT } from "../../src/certificate/split-ledger.ts";
import { judge, VERDICT_EXIT } from "../../src/certificate/verdict.ts";
import { describeComparator } from "../../src/hardening/agree/comparator.ts";
import { parseComparator } from "../../src/hardening/agree/declared-comparator.ts";
import { describeGenerated } from "../../src/hardening/compare/trial/generated-inputs.ts";
import { isAtLeast } from "../../src/statistics/clopper-pearson.ts";
import { DEFAULT_FALSE_ALARM_EVERY } from "../../src/statistics/detector.ts";
import { mostLoss, pairedVerdict } from "../../src/statistics/paired.ts";
import { interval, reachesClaim } from "../../src/statistics/time-uniform.ts";
import { RISK, versionRisk } from "../../src/statistics/version-risk.ts";
import { percent, points } from "../../src/words/percent.ts";
import { medianOf, passedBy } from "../support/first-passage.ts";

const PAGE = readFileSync(new URL("../../docs/hardening-statistics.md", import.meta.url), "utf8");

const DECISION = readFileSync(
  new URL("../../docs/decisions/032-time-uniform-bounds.md", import.meta.url),
  "utf8",
).replaceAll(/\s+/g, " ");

const SEEN = [0, 1, 2, 3, 5];
const CLAIMS = [0.9, 0.95, 0.98, 0.99];
const VERSIONS = [1, 2, 3, 5, 10, 20];

/** The rows of the first table below a heading, as cells without code marks. */
function rowsBelow(heading: string): string[][] {
  const [, section] = PAGE.split(`\n${heading}\n`);
  const rows = section === undefined ? undefined : /(?:^\|.*\n)+/m.exec(section)?.[0];
  if (rows === undefined) return expect.unreachable(`no table below ${heading}`);
  const cells = rows
    .trim()
    .split("\n")
    .map((row) => row.split("|").slice(1, -1));
  return cells.map((row) => row.map((cell) => cell.trim().replaceAll("`", "")));
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** The least number that will do, each asked in turn. */
function least(suffices: (n: number) => boolean): number {
  let n = 0;
  while (!suffices(n)) n++;
  return n;
}

/** The least number of inputs that support a claim with some disagreements among them. */
function needed(claim: number, disagreed: number, version: number): number {
  const alpha = versionRisk(version);
  return least((n) => n >= disagreed && reachesClaim(claim, { agreed: n - disagreed, n }, alpha));
}

function neededPairs(better: number, worse: number, margin: number): number {
  const settings = { margin, alpha: versionRisk(1) };
  return least(
    (n) => n >= better + worse && pairedVerdict({ n, better, worse }, settings) === "no-worse",
  );
}

/** Inputs within which half of the tools at a rate are supported or refuted at 98 %. */
function half(rate: number, verdict: "supported" | "refuted"): string {
  const course = { rate, claim: 0.98, verdict, inputs: 1400, alpha: versionRisk(1) };
  return grouped(medianOf(passedBy(course)));
}

/** What so many inputs, all of which agree, show. */
function shownBy(n: number): number {
  return interval({ agreed: n, n }, versionRisk(1)).lower;
}

describe("the page about the statistics of hardening", () => {
  test("has the inputs that a claim needs", () => {
    const expected = CLAIMS.map((claim) => [
      `≥ ${percent(claim, "given")}`,
      ...SEEN.map((seen) => grouped(needed(claim, seen, 1))),
    ]);
    expect(rowsBelow("### Distinct inputs that a claim needs").toSpliced(1, 1)).toEqual([
      ["disagreements", ...SEEN.map(String)],
      ...expected,
    ]);
  });

  test("has what a further version costs", () => {
    const expected = VERSIONS.map((version) => [
      String(version),
      `${Number((versionRisk(version) * 100).toPrecision(3))} %`,
      ...SEEN.map((seen) => grouped(needed(0.98, seen, version))),
    ]);
    expect(rowsBelow("### What a further version costs").slice(2)).toEqual(expected);
  });

  test("has the verdicts and their exit codes", () => {
    const rows = rowsBelow("## A. Agreement").slice(2);
    expect(rows.map(([verdict, , exitCode]) => [verdict, Number(exitCode)])).toEqual(
      Object.entries(VERDICT_EXIT),
    );
  });

  test("has the inputs that the paired test needs", () => {
    const rows = rowsBelow("## C. Which of them is right").slice(2);
    expect(rows).toHaveLength(11);
    for (const [better, worse, inputs] of rows) {
      expect(inputs).toBe(grouped(neededPairs(Number(better), Number(worse), 0.01)));
    }
  });

  test("has the figures that the code computes", () => {
    const [none, one] = [0, 1].map((seen) =>
      least((n) => n > seen && isAtLeast(0.98, { agreed: n - seen, n }, versionRisk(1))),
    );
    const better = { n: 318, better: 17, worse: 0 };
    const [pairs, pairsOfOne, pairsOfFive] = [0, 1, 5].map((each) => neededPairs(each, each, 0.02));
    const gained = -mostLoss(better, versionRisk(1));
    const tenth = (share: number) => `${Math.floor(share * 1000) / 10} %`;
    for (const sentence of [
      `alpha_v = ${RISK} / (v (v + 1))`,
      ...[299, 38, 9].map((n) => `${n} of ${n} show ${percent(shownBy(n), "at-least")}`),
      `20 of 20 templates show ${tenth(shownBy(20))}, 60 of 60 show ${tenth(shownBy(60))}, and 98 % takes ${needed(0.98, 0, 1)} of them`,
      `would take ${none} inputs without a disagreement and ${one} with one`,
      `at 98 % within ${half(0.995, "supported")} held-out inputs, at 99 % within ${half(0.99, "supported")}.`,
      `in 85 % are refuted within ${half(0.85, "refuted")}, at 90 % within ${half(0.9, "refuted")}, at 94 % within ${half(0.94, "refuted")}.`,
      `a claim of 98 % they are ${judge({ agreed: 6, n: 6 }, { claim: 0.98, version: 1 }).needed} in all`,
      `With b = c = 0 that takes ${pairs} inputs, with one of each ${pairsOfOne}, with five of each ${pairsOfFive}.`,
      `better by at least ${Number(points(gained, "at-least")).toFixed(2).slice(0, 3)} points`,
      describeGenerated({ generated: 1000, violations: 0 }),
      `reaches C = ${grouped(DEFAULT_FALSE_ALARM_EVERY)}`,
    ]) {
      expect(PAGE).toContain(sentence);
    }
    expect(PAGE).toContain("Half of the inputs are held out");
    expect(DEFAULT_HOLDOUT).toBe(1 / 2);
  });

  test("has comparators that can be read, one for each kind", () => {
    const rows = rowsBelow("## Comparators").slice(2);
    const kinds = rows.map(([description = ""]) => parseComparator(description, "page").kind);
    expect([...new Set(kinds)]).toEqual([
      "exact",
      "text",
      "json",
      "number",
      "list",
      "set",
      "fields",
    ]);
    const [, block = ""] = /```yaml\n([\s\S]*?)```/.exec(PAGE) ?? [];
    expect(describeComparator(parseComparator(block, "page"))).toEqual({
      fields: {
        sender: { text: { ignore_case: true } },
        total: { number: { absolute: 0.005, relative: 0 } },
        tags: { set: { text: { ignore_case: false } } },
        reasoning: "ignore",
      },
    });
  });
});

test("the decision for these bounds has the figures that it weighs", () => {
  const alone = (seen: number, alpha: number) =>
    least((n) => n > seen && isAtLeast(0.98, { agreed: n - seen, n }, alpha));
  for (const sentence of [
    `${SEEN.map((seen) => needed(0.98, seen, 1)).join(", ")}.`,
    `would take ${SEEN.map((seen) => alone(seen, versionRisk(1))).join(", ")}:`,
    `Two looks shared by Bonferroni take ${alone(0, versionRisk(1) / 2)} and ${alone(1, versionRisk(1) / 2)}, ten take ${alone(0, versionRisk(1) / 10)} and ${alone(1, versionRisk(1) / 10)}.`,
  ]) {
    expect(DECISION).toContain(sentence);
  }
});
