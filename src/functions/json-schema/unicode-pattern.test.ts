import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unicodePattern } from "./unicode-pattern.ts";

describe("a pattern for the flag u", () => {
  test.each([
    ["^[\\w-.]+$", "^[\\w\\-.]+$"],
    ["[a-z\\d-_]", "[a-z\\d\\-_]"],
    ["^\\_\\-\\@$", "^_\\x2d@$"],
    ["a{,3}", "a\\{,3\\}"],
    ["^{a}$", "^\\{a\\}$"],
    ["a]", "a\\]"],
  ])("%s is %s", (written, pattern) => {
    expect(unicodePattern(written)).toEqual({ pattern });
  });

  test("that compiles with it stays as it is", () => {
    for (const pattern of ["^\\p{L}+$", "[-a]", "[a-]", "a{2}", "\\u{1F600}", "(?<a>x)\\k<a>"]) {
      expect(unicodePattern(pattern)).toEqual({ pattern });
    }
  });

  test.each(["[", "(?i)a", "(", "a**", "[\\p{L}-.]", "\ud800"])("is none for %j", (pattern) => {
    expect(unicodePattern(pattern)).toEqual({ error: expect.any(String) });
  });

  test("matches what the pattern matches without it", () => {
    const piece = fc.constantFrom(..."\\-[]{}wdDsbB_.^$+*?ac13/,'@()|:=<>".split(""));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 9 }).map((all) => all.join(""));
    const text = fc.array(fc.constantFrom(..."\\-[]{}wd_.^ac13,'@ :=<".split("")), {
      maxLength: 5,
    });
    let rewritten = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 9, maxLength: 9 }), (written, texts) => {
        if (compiles(written, "u") || !compiles(written, "")) return;
        const found = unicodePattern(written);
        if (found.error !== undefined) return;
        rewritten += 1;
        for (const one of texts.map((all) => all.join(""))) {
          expect(new RegExp(found.pattern, "u").test(one)).toBe(new RegExp(written).test(one));
        }
      }),
      { numRuns: 5_000 },
    );
    expect(rewritten).toBeGreaterThan(50);
  });
});

function compiles(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}
