import fc from "fast-check";
import { expect, test } from "vitest";
import { toJson } from "./output.ts";

class Price {
  readonly cents = 5;
}

const data = fc.oneof(
  fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true }),
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    { a: undefined, b: [undefined, -0, Number.NaN] },
    { toJSON: () => 1 },
    Object.assign([1], { toJSON: () => "list" }),
    JSON.parse('{"__proto__":{"a":1}}'),
    new Price(),
    { [Symbol("s")]: 1, f: () => 1 },
    new Proxy({ a: 1 }, {}),
    Array.from({ length: 60 }).reduce((inner: unknown) => [inner], 1),
  ),
);

test("gives what JSON gives of any value, in its order", () => {
  fc.assert(
    fc.property(data, (value) => {
      const text = carried(value);
      if (text === undefined) return;
      expect(JSON.stringify(toJson(value, "f"))).toBe(text);
      expect(toJson(value, "f")).toEqual(JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

/** The text that JSON carries; undefined where it refuses. */
function carried(value: unknown): string | undefined {
  try {
    return JSON.stringify(JSON.parse(JSON.stringify(value) ?? "null"));
  } catch {
    return undefined;
  }
}

test("a copy shares nothing with the value", () => {
  const value = { list: [{ a: 1 }] };
  const copy = toJson(value, "f");
  value.list.push({ a: 2 });
  (value.list[0] as { a: number }).a = 3;
  expect(copy).toEqual({ list: [{ a: 1 }] });
});

test("a cycle and a big integer are refused by the name of the function", () => {
  const cycle: { self?: unknown; other?: unknown } = {};
  cycle.self = cycle;
  cycle.other = cycle;
  for (const value of [cycle, { count: 1n }]) {
    expect(() => toJson(value, "look")).toThrow('Failed to call "look"');
  }
});
