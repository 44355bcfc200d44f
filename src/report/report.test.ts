import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyReport } from "../../tests/support/any-report.ts";
import { markdownOf } from "./markdown.ts";
import { pageOf } from "./page.ts";
import type { Report } from "./report.ts";
import { terminalLines } from "./terminal-lines.ts";

/** Whatever a terminal obeys or reorders. */
const STEERING = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

/** Words that stand once in a report, so that a form which drops one is found out. */
const WORD = fc
  .tuple(fc.constantFrom("alpha", "beta", "gamma"), fc.nat(99_999))
  .map(([word, number]) => `${word}${number}x`);

describe("every form", () => {
  test("has every fact of the tree", () => {
    fc.assert(
      fc.property(anyReport(WORD), (report) => {
        const wide = terminalLines(report).join("\n");
        const narrow = terminalLines(report, { width: 30 }).join("");
        const markdown = markdownOf(report);
        const page = pageOf(report);
        for (const word of factsOf(report)) {
          for (const form of [wide, narrow.replaceAll(" ", ""), markdown, page]) {
            expect(form).toContain(word);
          }
        }
      }),
    );
  });
});

describe("a terminal", () => {
  test("never gets a control character, whatever a report says", () => {
    fc.assert(
      fc.property(anyReport(), fc.option(fc.integer({ min: 0, max: 120 })), (report, width) => {
        const lines = terminalLines(report, width === null ? {} : { width });
        expect(lines.filter((line) => STEERING.test(line))).toEqual([]);
      }),
    );
  });
});

describe("Markdown", () => {
  test("keeps each table at its number of columns", () => {
    fc.assert(
      fc.property(anyReport(), (report) => {
        const tables = report.sections
          .flatMap(({ blocks }) => blocks)
          .filter((block) => block.kind === "table");
        const rows = markdownOf({
          ...report,
          sections: [{ blocks: tables }],
        })
          .split("\n")
          .filter((line) => line.startsWith("|"));
        const expected = tables.flatMap(({ columns, rows }) =>
          Array.from({ length: rows.length + 2 }, () => columns.length + 1),
        );
        expect(rows.map((row) => row.split("|").length - 1)).toEqual(expected);
      }),
    );
  });
});

/** All texts and names of a report that are no settings of its form. */
function factsOf(report: Report): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown, key: string) => {
    if (typeof value === "string" && !["kind", "unit", "align", "tone", "language"].includes(key)) {
      if (value.endsWith("x")) found.push(value);
    } else if (Array.isArray(value)) value.forEach((each) => void walk(each, key));
    else if (typeof value === "object" && value !== null) {
      for (const [name, each] of Object.entries(value)) walk(each, name);
    }
  };
  walk(report, "");
  return found;
}
