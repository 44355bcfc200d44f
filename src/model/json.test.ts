import { expect, test } from "vitest";
import { jsonOrText, ownField, readableJson, tryParseJson } from "./json.ts";

test("null is JSON, and not the lack of it", () => {
  expect(tryParseJson("null")).toBeNull();
  expect(jsonOrText("null")).toBeNull();
});

test("a text that is not JSON is nothing, or stays the text", () => {
  expect(tryParseJson("{a}")).toBeUndefined();
  expect(jsonOrText("{a}")).toBe("{a}");
});

test("what an object inherits is not its field", () => {
  expect(ownField({ a: 1 }, "a")).toBe(1);
  expect(ownField({ a: 1 }, "constructor")).toBeUndefined();
});

test("a text is read as it is, without quotes", () => {
  expect(readableJson("a\nb")).toBe("a\nb");
  expect(readableJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
});
