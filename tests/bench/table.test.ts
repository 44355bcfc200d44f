import { describe, expect, test } from "vitest";
import { type Finding, isOver } from "../../bench/figure.ts";
import { formatTable } from "../../bench/table.ts";

function finding(measured: number, bound: number | undefined): Finding {
  return { figure: "a start", measured, bound, unit: "x bare" };
}

describe("a finding", () => {
  test.each<[measured: number, bound: number | undefined, over: boolean]>([
    [1.9, 2, false],
    [2, 2, false],
    [2.0001, 2, true],
    [Number.NaN, 2, true],
    [1, 0, true],
    [0, 0, false],
    [99, undefined, false],
  ])("of %d against a bound of %s is over: %s", (measured, bound, over) => {
    expect(isOver(finding(measured, bound))).toBe(over);
  });
});

describe("the table", () => {
  test("aligns its columns and says which bounds hold", () => {
    const findings = [finding(1.7896, 2), finding(12.345, 4), finding(1234.5, undefined)];
    expect(formatTable(findings)).toBe(
      [
        "figure   measured  bound  unit",
        "a start  1.79      2      x bare  ok",
        "a start  12.3      4      x bare  over",
        "a start  1235      -      x bare",
        "",
      ].join("\n"),
    );
  });

  test("shows the measured figure so that over looks over", () => {
    expect(formatTable([finding(2.001, 2)])).toMatch(/2\.001 .*over/);
  });
});
