import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { neededForClaim } from "../../src/certificate/needed.ts";
import { noninferiority } from "../../src/certificate/noninferiority.ts";
import { judge, VERDICT_EXIT } from "../../src/certificate/verdict.ts";
import { describeComparator } from "../../src/hardening/agree/comparator.ts";
import { parseComparator } from "../../src/hardening/agree/declared-comparator.ts";
import { signTestP } from "../../src/hardening/compare/labels/adjudication.ts";
import { describeGenerated } from "../../src/hardening/compare/run/generated-inputs.ts";
import { HOLDOUT_SHARE } from "../../src/hardening/recordings/distinct-inputs.ts";
import { shapeOf } from "../../src/hardening/recordings/shape.ts";
import { incompleteBeta } from "../../src/statistics/beta.ts";
import { lowerBound } from "../../src/statistics/clopper-pearson.ts";
import { percent } from "../../src/words/percent.ts";

const PAGE = readFileSync(new URL("../../docs/hardening-statistics.md", import.meta.url), "utf8");

const SEEN = [0, 1, 2, 3, 5];
const CLAIMS = [0.9, 0.95, 0.98, 0.99, 0.995];

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

describe("the page about the statistics of hardening", () => {
  test("has the inputs that a claim needs", () => {
    const expected = CLAIMS.map((claim) => [
      `≥ ${percent(claim, "given")}`,
      ...SEEN.map((seen) => neededForClaim(claim, seen, 0.05).toLocaleString("en-US")),
    ]);
    expect(rowsBelow("### Distinct inputs that a claim needs").toSpliced(1, 1)).toEqual([
      ["disagreements", ...SEEN.map(String)],
      ...expected,
    ]);
  });

  test("has the verdicts and their exit codes", () => {
    const rows = rowsBelow("## A. Agreement").slice(2);
    expect(rows.map(([verdict, , exitCode]) => [verdict, Number(exitCode)])).toEqual(
      Object.entries(VERDICT_EXIT),
    );
  });

  test("has the figures that the code computes", () => {
    const [here, next] = [judge({ agreed: 6, n: 6 }, { claim: 0.98 }), noninferiority(NONE)];
    if (here.verdict !== "inconclusive") return expect.unreachable();
    for (const sentence of [
      "A fifth of the inputs is held out",
      `it covers the truth in ${Math.round(waldCoverage(0.99, 30) * 100)} % of the cases`,
      `9 of 10 shows ${percent(lowerBound({ agreed: 9, n: 10 }, 0.05), "at-least")}, not 90 %`,
      `a claim of 98 % they are ${here.needed}.`,
      `at half the risk, and takes ${here.neededAtNextLook}.`,
      `With b = c = 0 that needs ${next.needed} inputs.`,
      `With 9 wins and 1 loss p is ${signTestP({ wins: 9, losses: 1 }).toFixed(4)}.`,
      describeGenerated({ generated: 1000, violations: 0 }),
    ]) {
      expect(PAGE).toContain(sentence);
    }
    expect(HOLDOUT_SHARE).toBe(1 / 5);
  });

  test("has the shapes of its inputs", () => {
    for (const [input = "", shape] of rowsBelow("## E. Expected fallback").slice(2)) {
      expect(shapeOf(JSON.parse(input))).toBe(shape);
    }
  });

  test("has comparators that can be read, one for each kind", () => {
    const rows = rowsBelow("## Comparators").slice(2);
    const kinds = rows.map(([description = ""]) => parseComparator(description, "page").kind);
    expect([...new Set(kinds)]).toEqual(["exact", "text", "number", "list", "set", "fields"]);
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

const NONE = { rerunOnly: 0, toolOnly: 0, n: 0 };

/** How often the two-sided 95 % interval of a share and its standard error covers the true share. */
function waldCoverage(share: number, n: number): number {
  const atLeast = (count: number) =>
    count === 0 ? 1 : count > n ? 0 : incompleteBeta(share, count, n - count + 1);
  let covered = 0;
  for (let agreed = 0; agreed <= n; agreed++) {
    const seen = agreed / n;
    const reach = 1.959964 * Math.sqrt((seen * (1 - seen)) / n);
    if (Math.abs(share - seen) <= reach) covered += atLeast(agreed) - atLeast(agreed + 1);
  }
  return covered;
}
