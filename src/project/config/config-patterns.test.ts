import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { charactersFrom, MADE_UP_CREDENTIALS } from "../../../tests/support/made-up-credentials.ts";
import { type RewriteRule, rewritesOf } from "../../cassette/rules/rules.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
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

const TOKEN = MADE_UP_CREDENTIALS["GitHub"]?.(charactersFrom(1)) ?? "";
const OTHER = MADE_UP_CREDENTIALS["GitHub"]?.(charactersFrom(2)) ?? "";

/** A scanner with what `secrets: allow` of an llm-do.yaml lets through. */
function scannerWith(allow: string, env = {}): SecretScanner {
  const { rules } = parseProjectConfig(`secrets:\n  allow: ${allow}\n`, "llm-do.yaml");
  return new SecretScanner(env, rules.allow);
}

function problem(text: string): string {
  try {
    parseProjectConfig(text, "llm-do.yaml");
  } catch (error) {
    if (isLlmDoError(error)) return error.report();
    throw error;
  }
  return "none";
}

describe("secrets: allow", () => {
  test.each([
    ["the text itself", `["${TOKEN}"]`],
    ["a text around it", `["the token ${TOKEN} is"]`],
    ["a pattern", `['/ghp_${TOKEN.slice(4, 8)}\\w+/']`],
    ["a pattern with a flag", `['/GHP_${TOKEN.slice(4, 8)}\\w+/i']`],
  ])("lets through %s, and nothing else", (_what, allow) => {
    const scanner = scannerWith(allow);
    expect(scanner.find(`the token ${TOKEN} is public`)).toBeUndefined();
    expect(scanner.find(JSON.stringify(`so:\nthe token ${TOKEN} is public`))).toBeUndefined();
    expect(scanner.find(`the token ${TOKEN} is public, ${OTHER} is not`)).toBe("a GitHub token");
    expect(scanner.mask(TOKEN)).toBe("<secret>");
  });

  test.each([
    ["a beginning", '["ghp_"]'],
    ["a part", `["${TOKEN.slice(0, 30)}"]`],
  ])("lets through no secret for %s of it", (_what, allow) => {
    expect(scannerWith(allow).find(`it is ${TOKEN}`)).toBe("a GitHub token");
  });

  test("lets through a variable's value", () => {
    const env = { TEAM_SECRET: "two-words-or-more" };
    expect(scannerWith("[]", env).find("two-words-or-more")).toBeDefined();
    expect(scannerWith("[two-words-or-more]", env).find("two-words-or-more")).toBeUndefined();
  });

  test.each([
    ["secrets: { alow: [] }", /"secrets" has no key "alow"|unknown key.*alow|allow/],
    ["secrets: [a]", /"secrets" must be a map/],
    ["secrets: { allow: a }", /"secrets.allow" must be a list of texts/],
    ["secrets: { allow: ['/(/'] }", /"secrets.allow\[0\]" is not a regular expression/],
    ["secrets: { allow: ['/a/g'] }", /has the flags "g"/],
    ["secrets: { allow: ['/.*/'] }", /"secrets.allow\[0\]" matches the empty text/],
    ["secrets: { allow: ['/x*/'] }", /matches the empty text/],
    ["secrets: { allow: [1] }", /write it in quotes/],
  ])("%s is an error with its place", (text, message) => {
    expect(problem(text)).toMatch(message);
    expect(problem(text)).toMatch(/llm-do\.yaml:1:\d+/);
  });
});
