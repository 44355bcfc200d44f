import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markedPieces } from "./marked-text.ts";
import { textWidth, wrapPieces } from "./text-width.ts";

function wrapped(text: string, width: number): readonly string[] {
  return wrapPieces(markedPieces(text), width).map(({ shown }) => shown);
}

describe("a wrapped text", () => {
  const anyLine = fc.string({ unit: fc.constantFrom("a", "bcd", " ", "  ", "漢", "😀", "\u00a0") });
  const anyWidth = fc.integer({ min: 2, max: 30 });

  test("fits its width and loses nothing", () => {
    fc.assert(
      fc.property(anyLine, anyWidth, (text, width) => {
        const rows = wrapPieces(markedPieces(text), width);
        for (const { shown } of rows) expect(textWidth(shown)).toBeLessThanOrEqual(width);
        expect(rows.reduce((sum, { length }) => sum + length, 0)).toBe(text.length);
        const marked = markedPieces(text).map(({ shown }) => shown);
        const joined = rows.map(({ shown }) => shown).join("");
        expect(joined.replaceAll("·", " ")).toBe(marked.join("").replaceAll("·", " "));
      }),
    );
  });

  test("shows a space that ends a row, so that no two texts look alike", () => {
    expect(wrapped("one two three", 8)).toEqual(["one two·", "three"]);
    expect(wrapped("one twothree", 8)).toEqual(["one·", "twothree"]);
    fc.assert(
      fc.property(anyLine, anyLine, anyWidth, (one, other, width) => {
        if (one !== other) expect(wrapped(one, width)).not.toEqual(wrapped(other, width));
      }),
    );
  });

  test("is broken within a word that is too long, and counts wide characters as two", () => {
    expect(wrapped("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
    expect(textWidth("漢a😀")).toBe(5);
  });
});
