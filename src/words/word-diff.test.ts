import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WordDiff } from "./word-diff.ts";

describe("a word diff", () => {
  test.each([
    ["sort by kind", "sort by date", "sort by [-kind-]{+date+}", '"kind" is now "date"'],
    ["a b", "a c b", "a {+c +}b", '"c" was added'],
    ["a c b", "a b", "a [-c -]b", '"c" was removed'],
    [
      "on 2026-01-01.",
      "on 2026-01-02.",
      "on [-2026-01-01-]{+2026-01-02+}.",
      '"2026-01-01" is now "2026-01-02"',
    ],
    [
      "see /a/b.txt",
      "see /a/c.txt",
      "see [-/a/b.txt-]{+/a/c.txt+}",
      '"/a/b.txt" is now "/a/c.txt"',
    ],
    [
      "ask Ann to go",
      "tell Bob to go",
      "[-ask Ann-]{+tell Bob+} to go",
      '"ask Ann" is now "tell Bob"',
    ],
    [
      "a one b two c",
      "a 1 b 2 c",
      "a [-one-]{+1+} b [-two-]{+2+} c",
      '"one" is now "1", and 1 more',
    ],
    ["a b", "a  b", "a {+ +}b", "white space"],
    ["😀 a", "😁 a", "[-😀-]{+😁+} a", '"😀" is now "😁"'],
    ["", "a", "{+a+}", '"a" was added'],
    ["same", "same", "same", undefined],
  ])("of %j and %j", (recorded, asked, line, summary) => {
    const diff = new WordDiff(recorded, asked);
    expect(diff.line).toBe(line);
    expect(diff.summary).toBe(summary);
  });

  test("holds both texts, whatever they are", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "word", "2026-01-01", " ", "  ", ".", ",", "😀"), {
        maxLength: 14,
      })
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, text, (recorded, asked) => {
        const { line } = new WordDiff(recorded, asked);
        fc.pre(!line.includes("…"));
        const without = (sign: string) =>
          line.replace(sign === "+" ? /\{\+.*?\+\}/g : /\[-.*?-\]/g, "");
        const plain = (said: string) => said.replace(/\[-|-\]|\{\+|\+\}/g, "");
        expect(plain(without("+"))).toBe(recorded);
        expect(plain(without("-"))).toBe(asked);
      }),
      { numRuns: 1000 },
    );
  });

  test("of two long texts that have nothing in common takes no time", () => {
    const text = (word: string) =>
      Array.from({ length: 50_000 }, (_, at) => `${word}${at}`).join(" ");
    const startMs = performance.now();
    const { line } = new WordDiff(text("a"), text("b"));
    expect(performance.now() - startMs).toBeLessThan(1000);
    expect(line.length).toBeLessThan(1000);
  });
});
