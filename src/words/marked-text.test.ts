import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markedPieces, markedText } from "./marked-text.ts";

/** Characters that are easily taken for others, for nothing, or for marks of ours. */
const TRICKY = [
  ..."aAoOIl1|\\u{}×·⟨⟩:\"'- 16 spaces",
  ..."\t\n\r\u0000\u001b\u007f\u0085\u009b\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e",
  ..."\u2000\u2009\u200b\u200d\u200e\u2010\u2019\u2028\u202e\u2060\u2069\u2800\u3000\u3164\ufe0f",
  ..."\ufeff\uffa0\ufff9\u{e0041}\u{e0100}\u{1d400}\u{1f468}\u{1f3fd}аорсеАВіοΑԁՕסا۱ⅼｌ１ée\u0301",
  ..."日カ力한漢Привет",
  "\ud800",
  "\udc00",
];
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom(...TRICKY), fc.string({ unit: "binary", maxLength: 1 })),
  maxLength: 30,
});

describe("a marked text", () => {
  test("differs for any two texts", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        if (one !== other) expect(markedText(one)).not.toBe(markedText(other));
      }),
      { numRuns: 2000 },
    );
  });

  test("differs for a text and the same with one character more, or another", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.constantFrom(...TRICKY), (text, at, character) => {
        const index = at % (text.length + 1);
        const more = text.slice(0, index) + character + text.slice(index);
        expect(markedText(more)).not.toBe(markedText(text));
        const other = text.slice(0, index) + character + text.slice(index + 1);
        if (other !== text) expect(markedText(other)).not.toBe(markedText(text));
      }),
      { numRuns: 2000 },
    );
  });

  test("holds nothing that is invisible or steers the terminal, and stands for all of the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const pieces = markedPieces(text);
        const shown = pieces.map((piece) => piece.shown).join("");
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{M}]|(?! )\p{Zs}/u);
        expect(shown).not.toMatch(/ {2}|^ | $/);
        expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(text.length);
      }),
    );
  });

  test.each([
    ["git log -3 | grep 'a\\nb' > C:\\temp", "git log -3 | grep 'a\\nb' > C:\\temp"],
    ["a  b", "a··b"],
    [" a ", "·a·"],
    [`a${" ".repeat(400)}b`, "a⟨400 spaces⟩b"],
    ["\tx", "⇥x"],
    ["\u00a0".repeat(40), "⟨40 × \\u{a0}⟩"],
    ["ls\u001b[1A\u202e", "ls\\u{1b}[1A\\u{202e}"],
    ["\\u{1b}", "\\u{5c}u{1b}"],
    ["\\\\u{1b}", "\\\\u{5c}u{1b}"],
    ["'ㅤ''⠀'", "'\\u{3164}''\\u{2800}'"],
    ["аdmin", "\\u{430}dmin"],
    ["сосо", "⟨Cyrillic:сосо⟩"],
    ["an: Привет, Ада! 1", "an: ⟨Cyrillic:Привет, Ада⟩! 1"],
    ["ПО ΠΟ", "⟨Cyrillic:ПО⟩ ⟨Greek:ΠΟ⟩"],
    ["שלום a עולם", "⟨Hebrew:שלום⟩ a ⟨Hebrew:עולם⟩"],
    ["日本のdocsカ力", "⟨CJK:日本の⟩docs⟨Katakana:カ⟩⟨CJK:力⟩"],
    ["Zürich, £3 → 🎉", "Zürich, £3 → 🎉"],
    ["e\u0301 é", "e\\u{301} é"],
    ["don’t – “x”", "don\\u{2019}t \\u{2013} \\u{201c}x\\u{201d}"],
  ])("shows %j as %s", (text, shown) => {
    expect(markedText(text)).toBe(shown);
  });

  test("of many characters is there soon", () => {
    const text = `${"ab аб \u00a0".repeat(40_000)}`;
    const startMs = performance.now();
    markedText(text);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
