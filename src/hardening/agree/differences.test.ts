import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import { formatPath } from "../../yaml/path.ts";
import {
  differencesBetween,
  MOST_DIFFERENCES,
  matchOrderFree,
  normalizeText,
} from "./differences.ts";
import { readComparator } from "./read-comparator.ts";

const values = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

/** The places that differ, as in `a.b[0]`; the value itself is an empty place. */
function places(left: Json, right: Json, comparator: Json): string[] {
  return differencesBetween(left, right, readComparator(comparator, "compare")).map(({ path }) =>
    formatPath(path),
  );
}

describe("exact", () => {
  test("agrees just where the canonical JSON is the same", () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const isSame = canonicalJson(left) === canonicalJson(right);
        expect(places(left, right, "exact").length === 0).toBe(isSame);
        expect(places(left, structuredClone(left), "exact")).toEqual([]);
      }),
    );
  });

  test("says where, what stands there, and what is missing", () => {
    const left = { a: [1, { b: "x" }], c: null, d: 1 };
    const right = { a: [1, { b: "y" }, 3], d: "1" };
    expect(differencesBetween(left, right, { kind: "exact" })).toEqual([
      { path: ["a", 1, "b"], left: "x", right: "y" },
      { path: ["a", 2], left: undefined, right: 3 },
      { path: ["c"], left: null, right: undefined },
      { path: ["d"], left: 1, right: "1" },
    ]);
    expect(differencesBetween("a", ["a"], { kind: "exact" })).toEqual([
      { path: [], left: "a", right: ["a"] },
    ]);
  });

  test("tells a few differences of many", () => {
    const numbers = Array.from({ length: 1000 }, (_, index) => index);
    const shifted = numbers.map((number) => number + 1);
    expect(differencesBetween(numbers, shifted, { kind: "exact" })).toHaveLength(MOST_DIFFERENCES);
  });

  test("sees a key that every object inherits", () => {
    expect(places({}, { constructor: 1 }, "exact")).toEqual(["constructor"]);
    expect(places(JSON.parse('{"__proto__":1}'), {}, "exact")).toEqual(["__proto__"]);
  });
});

describe("every comparator", () => {
  const all: Json[] = [
    "exact",
    "text",
    { text: { ignore_case: true } },
    { number: { absolute: 1, relative: 0.1 } },
    { list: "text" },
    { set: "text" },
    { set: { number: { absolute: 1 } } },
    "json",
    { json: { set: "text" } },
    { fields: { a: { number: { absolute: 1 } }, b: "ignore" } },
  ];

  test.each(all)("%j agrees on equal values and does not depend on the side", (comparator) => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        expect(places(left, structuredClone(left), comparator)).toEqual([]);
        const [there, back] = [places(left, right, comparator), places(right, left, comparator)];
        expect(there.length === 0).toBe(back.length === 0);
      }),
    );
  });
});

describe("text", () => {
  test("normalizes texts wherever they stand, and nothing else", () => {
    expect(places({ a: [" x  y"] }, { a: ["x y"] }, "text")).toEqual([]);
    expect(places({ a: "X" }, { a: "x" }, "text")).toEqual(["a"]);
    expect(places({ a: "X" }, { a: "x" }, { text: { ignore_case: true } })).toEqual([]);
    expect(places({ "a ": 1 }, { a: 1 }, "text")).toEqual(['["a "]', "a"]);
    expect(places("1", 1, "text")).toEqual([""]);
  });
});

describe("number", () => {
  test.each<[Json, Json, Json, boolean]>([
    [1, 1.5, { absolute: 0.5 }, true],
    [1, 1.75, { absolute: 0.5 }, false],
    [100, 110, { relative: 0.1 }, true],
    [100, 112, { relative: 0.1 }, false],
    [0, 0.001, { relative: 0.1 }, false],
    [0, 0.001, { relative: 0.1, absolute: 0.01 }, true],
    [-1, 1, { relative: 0.5 }, false],
    ["3.10", "3.1", { absolute: 0.001 }, true],
    [" 3e2\n", "300", { absolute: 0.001 }, true],
    ["v3", "v3.0", { absolute: 1 }, false],
    ["3", 3, { absolute: 1 }, false],
    ["", "0", { absolute: 1 }, false],
    ["1e999", "1e998", { absolute: 1 }, false],
    [true, 1, { absolute: 1 }, false],
    [{ a: [1] }, { a: [1.1] }, { absolute: 0.2 }, true],
  ])("%j and %j within %j: %s", (left, right, tolerance, agrees) => {
    expect(places(left, right, { number: tolerance }).length === 0).toBe(agrees);
  });
});

describe("json", () => {
  test.each<[Json, Json, boolean]>([
    ['{"total": 12.50}', '{"total":12.5}', true],
    ['{"a":1,"b":[1.0]}', ' {"b": [1], "a": 1e0}\n', true],
    ["-0", "0", true],
    ['"caf\\u00e9"', '"caf\u00e9"', true],
    ['```json\n{"a": 1}\n```', '{"a":1}', true],
    ["```\n[1]\n```", "```JSON\r\n[1.0]\r\n```\n", true],
    ['{"total": 12.5}', '{"total": "12.5"}', false],
    ['{"total": 12.5}', '{"total": 12.51}', false],
    ["[1,2]", "[2,1]", false],
    // Not JSON as a whole: texts, which must be the same.
    ["Total: 12.50", "Total: 12.5", false],
    ["Total: 12.50", "Total: 12.50", true],
    ["Total: 12.50 ", "Total: 12.50", false],
    ['Here it is: {"a": 1}', 'Here it is: {"a":1}', false],
    ["12.50", "twelve", false],
    ["012", "12", false],
    // Past what a number of JavaScript holds, two that differ would become one.
    ["12345678901234567890", "12345678901234567891", false],
    ['{"id": 9007199254740993}', '{"id":9007199254740992}', false],
    ["1e400", "1e500", false],
    ["1e-400", "0", false],
    ["0.30000000000000004", "3.0000000000000004E-1", true],
    ["100000000000000000000000", "1e23", true],
    ['["9007199254740993"]', '[ "9007199254740993" ]', true],
    // Values as they are, not in a text.
    [{ total: 12.5 }, { total: 12.5 }, true],
    [{ total: 12.5 }, { total: 12 }, false],
    [{ total: 12.5 }, '{"total":12.5}', false],
    ["5", 5, false],
    ["null", null, false],
  ])("%j and %j: %s", (left, right, agrees) => {
    expect(places(left, right, "json").length === 0).toBe(agrees);
  });

  test("says the place and the values inside of the text", () => {
    const [left, right] = ['{"items":[{"price":1.5}]}', '{"items":[{"price":1.75}], "n":2}'];
    expect(differencesBetween(left, right, readComparator("json", "compare"))).toEqual([
      { path: ["items", 0, "price"], left: 1.5, right: 1.75 },
      { path: ["n"], left: undefined, right: 2 },
    ]);
    expect(differencesBetween("a", "{}", readComparator("json", "compare"))).toEqual([
      { path: [], left: "a", right: "{}" },
    ]);
  });

  test("compares values by a comparator of their own, where they stand", () => {
    const comparator = {
      json: { fields: { total: { number: { absolute: 0.01 } }, at: "ignore" } },
    };
    expect(places('{"total":1,"at":1}', '{"total":1.005,"at":2}', comparator)).toEqual([]);
    expect(places('{"total":1}', '{"total":1.05}', comparator)).toEqual(["total"]);
    expect(places({ body: "[1.0]" }, { body: "[1]" }, { fields: { body: "json" } })).toEqual([]);
    expect(places(["[1.0]"], ["[1]"], { list: "json" })).toEqual([]);
  });

  test("does not depend on how a value is written", () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 1, "\t"), fc.boolean(), (value, indent, isFenced) => {
        const written = JSON.stringify(value, null, indent);
        const text = isFenced ? `\`\`\`json\n${written}\n\`\`\`` : ` ${written}\n`;
        expect(places(canonicalJson(value), text, "json")).toEqual([]);
      }),
    );
  });
});

describe("set", () => {
  test("agrees in any order", () => {
    fc.assert(
      fc.property(
        fc
          .array(values, { maxLength: 6 })
          .chain((items) =>
            fc.tuple(
              fc.constant(items),
              fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
            ),
          ),
        ([items, shuffled]) => {
          expect(places(items, shuffled, "set")).toEqual([]);
        },
      ),
    );
  });

  test("counts an item as often as it stands there, and names those without a partner", () => {
    expect(
      differencesBetween(["a", "b", "b"], ["b", "c", "a"], {
        kind: "set",
        items: { kind: "exact" },
      }),
    ).toEqual([
      { path: [2], left: "b", right: undefined },
      { path: [1], left: undefined, right: "c" },
    ]);
  });

  test("pairs items by their own comparator", () => {
    const byPrice = { set: { fields: { price: { number: { absolute: 0.1 } } } } };
    const left = [
      { name: "tea", price: 3 },
      { name: "cup", price: 5.05 },
    ];
    const right = [
      { name: "cup", price: 5 },
      { name: "tea", price: 3.05 },
    ];
    expect(places(left, right, byPrice)).toEqual([]);
    expect(places(left, [...right, { name: "pot", price: 9 }], byPrice)).toEqual(["[2]"]);
  });

  test("compares what is no list exactly", () => {
    expect(places("a", "a", "set")).toEqual([]);
    expect(places(["a"], "a", "set")).toEqual([""]);
  });
});

describe("list", () => {
  test("compares items in order, each by its comparator", () => {
    expect(places(["a ", "b"], ["a", "c"], { list: "text" })).toEqual(["[1]"]);
    expect(places(["a"], ["a", "b"], { list: "text" })).toEqual(["[1]"]);
  });
});

describe("fields", () => {
  const comparator = { fields: { name: "text", total: { number: { absolute: 1 } }, at: "ignore" } };

  test("compares each by its own comparator and the others exactly", () => {
    const left = { name: "Ada ", total: 3, at: 1, note: "x " };
    expect(places(left, { name: "Ada", total: 3.5, at: 2, note: "x " }, comparator)).toEqual([]);
    expect(places(left, { name: "Bob", total: 5, at: 2, note: "x" }, comparator)).toEqual([
      "name",
      "total",
      "note",
    ]);
  });

  test("sees a field that is missing, unless it is ignored", () => {
    expect(places({ name: "Ada" }, { at: 1 }, comparator)).toEqual(["name"]);
  });

  test("compares what is no object exactly", () => {
    expect(places("Ada ", "Ada", comparator)).toEqual([""]);
    expect(places({ name: "a" }, [], comparator)).toEqual([""]);
  });
});

describe("texts are the same after normalization when they differ only in", () => {
  test.each([
    ["white space", " 3\u00a0May\r\n2026 ", "3 May 2026"],
    ["composition", "cafe\u0301", "caf\u00e9"],
    ["width", "\uff11\uff12\uff33\uff21", "12SA"],
    ["ligatures", "\ufb01le", "file"],
  ])("%s", (_what, left, right) => {
    expect(normalizeText(left, { ignoreCase: false })).toBe(right);
  });

  test.each([
    ["case", "ADA Lovelace", "ada lovelace"],
    ["the form of sigma", "ὈΔΥΣΣΕΎΣ", "ὀδυσσεύσ"],
    ["sharp s", "STRASSE", "straße"],
  ])("%s, where case is ignored", (_what, left, right) => {
    const at = (ignoreCase: boolean) =>
      [left, right].map((text) => normalizeText(text, { ignoreCase }));
    expect(at(true)[0]).toBe(at(true)[1]);
    expect(at(false)[0]).not.toBe(at(false)[1]);
  });
});

test.each([
  ["accents", "resume", "résumé"],
  ["punctuation", "Hello", "Hello."],
  ["digits", "1.0", "1.00"],
  ["spaces between words", "no where", "nowhere"],
])("%s count", (_what, left, right) => {
  for (const ignoreCase of [true, false]) {
    expect(normalizeText(left, { ignoreCase })).not.toBe(normalizeText(right, { ignoreCase }));
  }
});

test("a normalized text is the same after normalization", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, ignoreCase) => {
      const once = normalizeText(text, { ignoreCase });
      expect(normalizeText(once, { ignoreCase })).toBe(once);
    }),
    { numRuns: 1000 },
  );
});

describe("matching in any order", () => {
  test("asks a taken partner to take another", () => {
    const [left, right] = [
      [1.0, 0.9],
      [0.9, 1.1],
    ] as const;
    const unmatched = matchOrderFree(2, 2, (one, other) => {
      return Math.abs((left[one] ?? 0) - (right[other] ?? 0)) < 0.15;
    });
    expect(unmatched).toEqual({ left: [], right: [] });
  });

  test("leaves what has no partner", () => {
    const agree = (left: number, right: number) => left === 1 && right === 0;
    expect(matchOrderFree(2, 2, agree)).toEqual({ left: [0], right: [1] });
    expect(matchOrderFree(0, 2, agree)).toEqual({ left: [], right: [0, 1] });
  });

  test("pairs as many as possible, which trying all ways confirms", () => {
    const tables = fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(tables, (table) => {
        const agree = (left: number, right: number) => table[left]?.[right] === true;
        const { left, right } = matchOrderFree(table.length, 4, agree);
        const pairs = table.length - left.length;
        expect(4 - right.length).toBe(pairs);
        expect(pairs).toBe(mostPairs(table, 0, new Set()));
      }),
    );
  });
});

function mostPairs(table: readonly boolean[][], row: number, taken: ReadonlySet<number>): number {
  const partners = table[row];
  if (!partners) return 0;
  const taking = partners.flatMap((agrees, column) =>
    agrees && !taken.has(column)
      ? [1 + mostPairs(table, row + 1, new Set([...taken, column]))]
      : [],
  );
  return Math.max(mostPairs(table, row + 1, taken), ...taking);
}
