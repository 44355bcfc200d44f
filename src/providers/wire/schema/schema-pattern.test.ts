import { expect, test } from "vitest";
import { isPlainPattern, isRegExp, looksAround } from "./schema-pattern.ts";

test.each(["^(?=.*\\d).+$", "(?!a)b", "(?<=a)b", "(?<!a)b", "(a)\\1", "(?<n>a)\\k<n>"])(
  "%s looks around",
  (pattern) => {
    expect(looksAround(pattern)).toBe(true);
  },
);

test.each(["^\\d+$", "(?:a|b)", "(?<name>a)", "\\(?=a", "[(?=]", "[\\]](?:a)"])(
  "%s does not look around",
  (pattern) => {
    expect(looksAround(pattern)).toBe(false);
  },
);

test.each(["(", "[a", "*"])("%s is no regular expression", (pattern) => {
  expect(isRegExp(pattern)).toBe(false);
});

test.each<[string, boolean]>([
  ["^[a-z]+$", true],
  ["^a\\.b$", true],
  ["[a-z]+", false],
  ["^a\\$", false],
  ["^\\d+$", false],
  ["^", false],
])("whether %s becomes a grammar: %s", (pattern, isPlain) => {
  expect(isPlainPattern(pattern)).toBe(isPlain);
});
