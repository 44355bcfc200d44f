import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { type Rewrite, type RewriteRule, rewriteOf } from "./rules.ts";

function rule(pattern: string, replacement: string): RewriteRule {
  return { pattern: new RegExp(pattern, "gu"), replacement };
}

function rewriteWith(...rules: readonly RewriteRule[]): Rewrite {
  return rewriteOf(rules) ?? expect.unreachable("there are rules");
}

/** The rewritten text, or undefined where the rules do not come to rest. */
function rested(rules: readonly RewriteRule[], text: string): string | undefined {
  try {
    return rewriteWith(...rules)(text);
  } catch (error) {
    if (isLlmDoError(error) && error.code === "configuration") return undefined;
    throw error;
  }
}

describe("rewriting", () => {
  test("replaces every match of every rule", () => {
    const rewrite = rewriteWith(rule("k-\\d+", "<key>"), rule("\\d{2}:\\d{2}", "<time>"));
    expect(rewrite("k-1 at 10:30, k-22 at 11:45")).toBe("<key> at <time>, <key> at <time>");
  });

  test("is nothing without rules", () => {
    expect(rewriteOf([])).toBeUndefined();
  });

  test("takes a replacement as it stands", () => {
    expect(rewriteWith(rule("a", "$&$1"))("bab")).toBe("b$&$1b");
  });

  test("leaves a match of nothing alone", () => {
    expect(rewriteWith(rule("x*(?=y)", "<x>"))("y xy")).toBe("y <x>y");
  });

  test("finds what a replacement brought together", () => {
    expect(rewriteWith(rule("ab", ""))("aabb")).toBe("");
    expect(rewriteWith(rule("user: <\\w+>", "<user>"), rule("\\d+", "<id>"))("user: 7")).toBe(
      "<user>",
    );
  });

  test("rules that never come to rest on a text are an error without the text", () => {
    const rewrite = rewriteWith(rule("x(?=y)", "xx"));
    expect(rewrite("xz")).toBe("xz");
    expect(() => rewrite("secret xy")).toThrow(
      'Failed to apply "x(?=y)": each "xx" that replaces a match makes another match',
    );
  });
});

describe("of any rules and any text", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    "ab",
    "b+",
    ".",
    "\\b",
    "^",
    "$",
    "(?=b)",
    "(?<=a)",
    "a*",
  );
  const anyRule = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.constantFrom("<r>", "", "b", "ca"))
    .map(([pieces, replacement]) => rule(pieces.join(""), replacement));
  const rules = fc.array(anyRule, { minLength: 1, maxLength: 3 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "<"), maxLength: 12 });

  test("rewriting twice gives what rewriting once gives", () => {
    fc.assert(
      fc.property(rules, text, (some, before) => {
        const after = rested(some, before);
        fc.pre(after !== undefined);
        expect(rewriteWith(...some)(after)).toBe(after);
      }),
      { numRuns: 2000 },
    );
  });

  test("a text to which the first rules were applied is rewritten like the text itself", () => {
    fc.assert(
      fc.property(rules, rules, text, (first, last, before) => {
        const redacted = rested(first, before);
        const whole = rested([...first, ...last], before);
        fc.pre(redacted !== undefined && whole !== undefined);
        expect(rewriteWith(...first, ...last)(redacted)).toBe(whole);
      }),
      { numRuns: 2000 },
    );
  });
});
