import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../model/json.ts";
import { textCode, valueCode } from "./value-code.ts";

const place = { indent: 0, besides: 0 };

test("code of a value is that value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(120), (value, besides) => {
      const code = valueCode(value as Json, { indent: 2, besides });
      const read: unknown = new Function(`return (${code});`)();
      expect(read).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("a text stands between the quotes that need fewer escapes", () => {
  expect(textCode("it's")).toBe(`"it's"`);
  expect(textCode('"yes"')).toBe(`'"yes"'`);
  expect(textCode(`"it's"`)).toBe(`'"it\\'s"'`);
});

test("what fits on a line is on one, but for rows of objects", () => {
  expect(valueCode({ a: [1, 2], "b-c": null }, place)).toBe('{ a: [1, 2], "b-c": null }');
  expect(valueCode([{ a: 1 }], place)).toBe("[{ a: 1 }]");
  expect(valueCode([{ a: 1 }, { a: 2 }], { indent: 0, besides: 90 })).toBe(
    "[\n  { a: 1 },\n  { a: 2 },\n]",
  );
  const rows = [
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ];
  expect(valueCode(rows, place)).toBe("[\n  { a: 1, b: 2 },\n  { a: 3, b: 4 },\n]");
});
