import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { lengthClass, shapeOf, textSkeleton } from "./shape.ts";

describe("the shape of an input", () => {
  test.each<[Json, string]>([
    [null, "null"],
    [true, "flag"],
    [7, "whole"],
    [-7, "-whole"],
    [0.5, "decimal"],
    ["Ada", '"Aa"'],
    [[], "[0]"],
    [[1, 2, 3], "[2-3: whole]"],
    [[1, "a", 2, null], '[4-7: "a" | null | whole]'],
    [{ to: "ada@example.org", from: null }, '{"from":null,"to":"a@a.a"}'],
    [{ input: "Mon, 3 Aug 2026", tags: [1, 2] }, '{"input":"Aa, 9 Aa 9999","tags":[2-3: whole]}'],
  ])("of %j is %s", (input, shape) => {
    expect(shapeOf(input)).toBe(shape);
  });

  test("is the same for inputs that differ in key order, order of items and values only", () => {
    expect(shapeOf({ a: [1, "x"], b: "Ada" })).toBe(shapeOf({ b: "Bob", a: ["yz", 9] }));
  });

  test("tells values of different kinds apart, also where they look alike", () => {
    const inputs: Json[] = [null, "null", 1, "1", [], "[0]", {}, "{}", [1], [[1]], { a: 1 }];
    expect(new Set(inputs.map(shapeOf)).size).toBe(inputs.length);
  });
});

describe("the skeleton of a text", () => {
  test.each([
    ["", ""],
    ["Ada Lovelace <ada@example.org>", "Aa Aa <a@a.a>"],
    ["Mon,  3 Aug 2026 10:12:33 +0000 (UTC)", "Aa, 9 Aa 9999 99:99:99 +9999 (A)"],
    ["12345", "9+"],
    ["one\ttwo \r\n three", "a a\na"],
    ["--- a - b", "-- a - a"],
    ["日本語 ٣٤", "x 99"],
    ["éÉ", "aA"],
    ["😀😀😀 😀", "😀😀 😀"],
  ])("of %j is %j", (text, skeleton) => {
    expect(textSkeleton(text)).toBe(skeleton);
  });

  test("of a long text is that of its first 256 characters and a length class", () => {
    expect(textSkeleton("a".repeat(256))).toBe("a");
    expect(textSkeleton("a".repeat(257))).toBe("a…256-511");
    expect(textSkeleton(`${"a".repeat(600)} B`)).toBe("a…512-1023");
  });

  test("is never longer than what it was made from, and the same each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const skeleton = textSkeleton(text);
        expect(skeleton.length).toBeLessThanOrEqual(text.length);
        expect(textSkeleton(text)).toBe(skeleton);
      }),
    );
  });
});

test("a length is in the class that it belongs to", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2 ** 40 }), (length) => {
      const [least, most] = lengthClass(length).split("-").map(Number);
      expect(least).toBeLessThanOrEqual(length);
      expect(most).toBeGreaterThanOrEqual(length);
      expect(Math.log2(least ?? 0) % 1).toBe(0);
    }),
  );
  expect([0, 1, 2, 3, 4].map(lengthClass)).toEqual(["0", "1", "2-3", "2-3", "4-7"]);
});
