import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MEANINGS, meaningOf } from "./stop-reason.ts";

const page = readFileSync(
  resolve(import.meta.dirname, "../../../../docs/wire/stop-reasons.md"),
  "utf8",
);

test.each(Object.entries(MEANINGS).filter(([, words]) => words.length > 0))(
  "the page about stop reasons lists the words for %s, and no others",
  (meaning, words) => {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${meaning}\``)) ?? "";
    const listed = [...(row.split("|")[2] ?? "").matchAll(/`([^`]+)`/g)].map(([, word]) => word);
    expect(listed.toSorted()).toEqual(words.toSorted());
  },
);

test("a reason means the same in any case of its letters", () => {
  for (const [meaning, words] of Object.entries(MEANINGS)) {
    for (const word of words) expect(meaningOf(word.toUpperCase())).toBe(meaning);
  }
});

test.each([
  ["content_filter: PROHIBITED_CONTENT", "refusal"],
  ["content_filter: SOMETHING_NEW", "refusal"],
  ["function_call_filter: MALFORMED_FUNCTION_CALL", "failed"],
  ["function_call_filter: SOMETHING_NEW", "unknown"],
])("%s means %s", (reason, meaning) => {
  expect(meaningOf(reason)).toBe(meaning);
});

test("any other text is unknown", () => {
  const known = new Set(Object.values(MEANINGS).flat());
  const unknown = fc
    .string()
    .filter((text) => !text.split(":").some((half) => known.has(half.trim().toLowerCase())));
  fc.assert(fc.property(unknown, (text) => meaningOf(text) === "unknown"));
});
