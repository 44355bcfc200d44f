import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Json } from "../model/json.ts";
import { flowYaml } from "./needed.ts";

test.each([
  [{ rules: [{ pattern: "git log -3", approval_required: false }] }],
  [{ _approval_config: { send: { pre_approved: true } } }],
] as const)("ordinary configuration needs no quotes: %j", (config) => {
  expect(flowYaml(config)).not.toContain('"');
  expect(parse(flowYaml(config))).toEqual(config);
});

test("any JSON is read back from one line as what it was", () => {
  const json = fc
    .jsonValue({ stringUnit: "grapheme" })
    .map((value) => JSON.parse(JSON.stringify(value)) as Json);
  fc.assert(
    fc.property(json, (value) => {
      const text = flowYaml(value);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(parse(text)).toEqual(value);
    }),
  );
});

test("what looks like a space, or like nothing, is an escape", () => {
  const text = "a\u3164b\u00a0c\u2800d\u200be\u{e0001} f";
  expect(flowYaml(text)).toBe('"a\\u3164b\\u00a0c\\u2800d\\u200be\\U000e0001 f"');
  expect(parse(flowYaml(text))).toBe(text);
});

test.each([
  "yes",
  "No",
  "null",
  "1.5",
  "~",
  "- a",
  "a: b",
  "x #y",
  "",
  " a",
  "#",
  "\u202ea",
  "a\nb",
])("a text that could be read as something else is quoted: %j", (text) => {
  expect(flowYaml(text)).toMatch(/^"/);
  expect(parse(flowYaml(text))).toBe(text);
  expect(parse(flowYaml(text), { version: "1.1" })).toBe(text);
});
