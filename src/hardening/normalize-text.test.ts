import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeText } from "./normalize-text.ts";

describe("texts are the same after normalization when they differ only in", () => {
  test.each([
    ["white space", " 3\u00a0May\r\n2026 ", "3 May 2026"],
    ["composition", "cafe\u0301", "caf\u00e9"],
    ["width", "\uff11\uff12\uff33\uff21", "12SA"],
    ["ligatures", "\ufb01le", "file"],
  ])("%s", (_what, left, right) => {
    expect(normalizeText(left, { ignoreCase: false })).toBe(right);
  });

  test.each([
    ["case", "ADA Lovelace", "ada lovelace"],
    ["the form of sigma", "ὈΔΥΣΣΕΎΣ", "ὀδυσσεύσ"],
    ["sharp s", "STRASSE", "straße"],
  ])("%s, where case is ignored", (_what, left, right) => {
    const at = (ignoreCase: boolean) =>
      [left, right].map((text) => normalizeText(text, { ignoreCase }));
    expect(at(true)[0]).toBe(at(true)[1]);
    expect(at(false)[0]).not.toBe(at(false)[1]);
  });
});

test.each([
  ["accents", "resume", "résumé"],
  ["punctuation", "Hello", "Hello."],
  ["digits", "1.0", "1.00"],
  ["spaces between words", "no where", "nowhere"],
])("%s count", (_what, left, right) => {
  for (const ignoreCase of [true, false]) {
    expect(normalizeText(left, { ignoreCase })).not.toBe(normalizeText(right, { ignoreCase }));
  }
});

test("a normalized text is the same after normalization", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, ignoreCase) => {
      const once = normalizeText(text, { ignoreCase });
      expect(normalizeText(once, { ignoreCase })).toBe(once);
    }),
    { numRuns: 1000 },
  );
});
