import { expect, test } from "vitest";
import { alignedRows } from "./aligned-rows.ts";
import { textWidth } from "./text-width.ts";

test("columns are as wide as their cells are on a terminal, also of CJK letters and marks", () => {
  const rows = alignedRows([["漢字", "1"], ["cafe\u0301", "20"], ["a"]], { left: [0] });
  expect(rows).toEqual(["漢字   1", "cafe\u0301  20", "a"]);
  expect(rows.slice(0, 2).map(textWidth)).toEqual([8, 8]);
});
