import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textWidth, wrapText } from "./text-width.ts";

describe("a wrapped text", () => {
  const anyLine = fc.string({ unit: fc.constantFrom("a", "bcd", " ", "  ", "漢", "😀", "é") });

  test("fits its width and loses nothing but white space", () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrapText(text, width);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      }),
    );
  });

  test("breaks between words, and within one that is too long", () => {
    expect(wrapText("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrapText("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
  });

  test("counts wide characters as two", () => {
    expect(textWidth("漢a😀")).toBe(5);
    expect(wrapText("漢字漢字", 4)).toEqual(["漢字", "漢字"]);
  });
});
