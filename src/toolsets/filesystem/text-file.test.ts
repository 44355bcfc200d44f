import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlainText, pieceOf } from "./text-file.ts";

/** Text of characters of one to four bytes. */
const text = fc.string({
  unit: fc.constantFrom("a", "\n", "\r", "é", "\ufeff", "€", "🎈", "👩‍🚀"),
});

describe("pieces of a text", () => {
  test("put together are the text, whatever their size", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (whole, maxChars) => {
        const pieces: string[] = [];
        let offset: number | undefined = 0;
        while (offset !== undefined) {
          const piece = pieceOf(Buffer.from(whole), { offset, maxChars });
          expect(piece.totalChars).toBe([...whole].length);
          pieces.push(piece.content);
          offset = piece.nextOffset;
        }
        expect(pieces.join("")).toBe(whole);
        for (const piece of pieces.slice(0, -1)) expect([...piece]).toHaveLength(maxChars);
      }),
    );
  });

  test("are what slicing the characters gives", () => {
    const size = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(text, fc.nat({ max: 50 }), size, (whole, offset, maxChars) => {
        const chars = [...whole];
        const piece = pieceOf(Buffer.from(whole), { offset, maxChars });
        expect(piece.content).toBe(chars.slice(offset, offset + maxChars).join(""));
        expect(piece.nextOffset).toBe(
          offset + maxChars < chars.length ? offset + maxChars : undefined,
        );
      }),
    );
  });
});

describe("text", () => {
  test("is all UTF-8 without NUL", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (content) => {
        expect(isPlainText(Buffer.from(content))).toBe(!content.includes("\0"));
      }),
    );
  });

  test.each([[[0xff]], [[0xc3]], [[0xed, 0xa0, 0x80]], [[0xc0, 0x80]], [[0x61, 0]]])(
    "is not the bytes %j",
    (bytes) => {
      expect(isPlainText(Uint8Array.from(bytes))).toBe(false);
    },
  );
});
