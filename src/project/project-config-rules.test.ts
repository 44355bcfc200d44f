import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type RewriteRule, rewritesOf } from "../cassette/rules/rules.ts";
import { parseProjectConfig } from "./project-config.ts";

const FILE = "llm-do.yaml";

describe("rules that load", () => {
  /**
   * Patterns that look only at what they take, none of it a character of a replacement. Repetitions
   * are not nested: how long a match may take is another matter.
   */
  const atom = fc.constantFrom("A", "B", "-", "\\d", "[A-C]", "[^<>a-z]", "(?:A|BC)", "(?:\\d-)");
  const repeated = fc
    .tuple(atom, fc.constantFrom("", "", "?", "*", "+", "{2}", "+?"))
    .map(([taken, times]) => `${taken}${times}`);
  const pattern = fc
    .tuple(fc.array(repeated, { minLength: 1, maxLength: 3 }), fc.constantFrom("", "|"))
    .map(([parts, between]) => parts.join(between));
  const patterns = fc.array(pattern, { maxLength: 3 });
  const config = fc
    .record({ redact: patterns, volatile: patterns })
    .filter(({ redact, volatile }) =>
      // Patterns of nothing do not load: see above.
      [...redact, ...volatile].every((source) => !new RegExp(source, "u").test("")),
    );
  const word = fc.constantFrom("A", "B", "C", "-", "1", "22", "<", "redacted", "<volatile>", " ");
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));

  test("leave no match, and leave alone what they have rewritten", () => {
    fc.assert(
      fc.property(config, text, (said, before) => {
        const { rules } = parseProjectConfig(stringify(said), FILE);
        const { redact = same, request = same } = rewritesOf(rules);
        const after = request(before);
        const all = [...rules.redact, ...rules.volatile];
        expect(foundIn(after, all)).toEqual([]);
        expect(foundIn(redact(before), rules.redact)).toEqual([]);
        expect(request(after)).toBe(after);
        // An answer is kept redacted and asked with again: it has the key of what was said.
        expect(request(redact(before))).toBe(after);
      }),
      { numRuns: 1000 },
    );
  });

  function foundIn(text: string, all: readonly RewriteRule[]): readonly string[] {
    // A number stays one, which patterns of numbers fit.
    if (/^ *-?90*9? *$/.test(text)) return [];
    return all.flatMap((rule) => text.match(rule.pattern) ?? []);
  }

  function same(before: string): string {
    return before;
  }
});
