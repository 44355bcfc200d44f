import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CassetteRules, type RewriteRule, rewritesOf } from "./rules.ts";

function rule(pattern: RegExp, replacement: string): RewriteRule {
  return { pattern, replacement };
}

function redacting(...redact: readonly RewriteRule[]): (text: string) => string {
  return rewritesOf({ redact, volatile: [] }).redact ?? expect.unreachable("there are rules");
}

describe("rewriting", () => {
  test("replaces every match of every rule, whatever the pattern's flags", () => {
    const rewrite = redacting(rule(/k-\d+/, "<key>"), rule(/\d{2}:\d{2}/y, "<time>"));
    expect(rewrite("k-1 at 10:30, k-22 at 11:45")).toBe("<key> at <time>, <key> at <time>");
  });

  test("is nothing without rules", () => {
    expect(rewritesOf({ redact: [], volatile: [] })).toEqual({});
  });

  test("takes a replacement as it stands", () => {
    expect(redacting(rule(/a/g, "$&$1"))("bab")).toBe("b$&$1b");
  });

  test("leaves a match of nothing alone", () => {
    expect(redacting(rule(/x*(?=y)/g, "<x>"))("y xy")).toBe("y <x>y");
  });

  test("leaves a placeholder alone that a pattern fits", () => {
    const rewrite = redacting(rule(/secret/g, "<secret>"), rule(/\w+ret/g, "<r>"));
    expect(rewrite("a secret")).toBe("a <secret>");
    expect(rewrite("a <secret>")).toBe("a <secret>");
  });

  test("takes a match that begins or ends beside a placeholder", () => {
    const rewrite = redacting(rule(/k-\S+/g, "<key>"));
    expect(rewrite("k-1<key> <key>k-2")).toBe("<key> <key><key>");
  });

  test("finds what a replacement brought together", () => {
    expect(redacting(rule(/ab/g, ""))("aabb")).toBe("");
  });

  test("comes to an end where every replacement makes another match", () => {
    expect(redacting(rule(/x(?=y)/g, "xx"))("xy")).toMatch(/^x+y$/);
  });
});

describe("of rules whose placeholders nobody writes", () => {
  const pattern = fc.constantFrom(/a+b/g, /[bc]{2}/g, /c$/g, /^a/g, /\bb\b/g, /(?<=a)c/g);
  const some = fc
    .array(fc.tuple(pattern, fc.constantFrom("<1>", "<2>", "")), { maxLength: 3 })
    .map((rules) => rules.map(([found, by]) => rule(found, by)));
  const rules: fc.Arbitrary<CassetteRules> = fc.record({ redact: some, volatile: some });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 12 });
  const same = (said: string) => said;

  test("rewriting twice gives what rewriting once gives", () => {
    fc.assert(
      fc.property(rules, text, (all, said) => {
        const { redact = same, request = same } = rewritesOf(all);
        expect(redact(redact(said))).toBe(redact(said));
        expect(request(request(said))).toBe(request(said));
      }),
      { numRuns: 1000 },
    );
  });

  test("what was redacted for the file is asked for like what was said", () => {
    fc.assert(
      fc.property(rules, text, (all, said) => {
        const { redact = same, request = same } = rewritesOf(all);
        expect(request(redact(said))).toBe(request(said));
      }),
      { numRuns: 1000 },
    );
  });
});
