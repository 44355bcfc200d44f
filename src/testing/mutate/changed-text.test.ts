import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_RULES, rewritesOf } from "../../cassette/rules/rules.ts";
import { changeEachWord, changeOf, changesOf } from "./changed-text.ts";

const NOTHING = rewritesOf(NO_RULES);

function volatile(pattern: RegExp) {
  return rewritesOf({ redact: [], volatile: [{ pattern, replacement: "<volatile>" }] });
}

describe("a change of a text", () => {
  test("is another text that nothing hides, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const change = changeOf(text, NOTHING);
        expect(change).toMatchObject({ before: text, isHidden: false });
        expect(change?.after).not.toBe(text);
        expect(changeEachWord(text)).not.toBe(text);
      }),
    );
  });

  test("says rightly whether a rule hides it", () => {
    const rewrites = volatile(/\d+/);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("1", "9", "a", " ", "-") }), (text) => {
        for (const { before, after, isHidden } of changesOf(text, rewrites)) {
          expect(rewrites.request?.(before) === rewrites.request?.(after)).toBe(isHidden);
        }
      }),
    );
  });

  test("is of one word, of those that say something one in the middle", () => {
    expect(changeOf("You are to sort files by date.", NOTHING)?.after).toBe(
      "You are to soru files by date.",
    );
  });

  test.each([
    ["2026-11-24", /\d{4}-\d\d-\d\d/],
    ["5f0c9a1e", /[0-9a-f]{8}/],
    ["ABCDEF", /[A-F]{6}/],
  ])("keeps the shape of %s", (text, pattern) => {
    const change = changeOf(text, volatile(pattern));
    expect(change?.isHidden).toBe(true);
    expect(change?.after).toMatch(pattern);
  });
});

describe("the changes of a text of the project's own", () => {
  test("are one that must be noticed and one in each stretch that a rule hides", () => {
    const text = "On 2026-11-24 and on 2026-11-25 greet people.";
    const changes = changesOf(text, volatile(/\d{4}-\d\d-\d\d/));
    expect(changes.map(({ after, isHidden }) => [after, isHidden])).toEqual([
      ["On 2026-11-24 and on 2026-11-25 greeu people.", false],
      ["On 2027-11-24 and on 2026-11-25 greet people.", true],
      ["On 2026-11-24 and on 2027-11-25 greet people.", true],
    ]);
  });

  test("are none where all of it is redacted: nobody could notice", () => {
    const redact = [{ pattern: /.+/, replacement: "<secret>" }];
    expect(changesOf("the whole text", rewritesOf({ redact, volatile: [] }))).toEqual([]);
  });
});
