import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../model/canonical.ts";
import type { Json } from "../model/json.ts";
import { textWidth } from "../words/text-width.ts";
import type { Room } from "./shown-lines.ts";
import { shownInput } from "./shown-request.ts";

const whole: Room = { columns: undefined, mostRows: undefined };

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..." \n\t\"':-,{}[]│┊⟨⟩·…аa\\\u00a0", "u{a}", "  ", "1 line", "\r\n"),
    fc.string({ unit: "binary", maxLength: 1 }),
  ),
  maxLength: 12,
});
const { value: anyJson } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    anyText,
    fc.constantFrom<Json>(null, true, false, 0, 1, -1.5, "", [], {}, "null", "true", "1", "[]"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(anyText, tie("value"), { maxKeys: 3 }),
  ),
}));

describe("a shown input", () => {
  test.each([undefined, 20, 33, 80])(
    "in %s columns is the same for equal inputs only",
    (columns) => {
      const shown = (input: Json) => shownInput(input, { columns, mostRows: undefined }).join("\n");
      fc.assert(
        fc.property(anyJson, anyJson, (one, other) => {
          if (canonicalJson(one) !== canonicalJson(other)) {
            expect(shown(one)).not.toBe(shown(other));
          }
        }),
        { numRuns: 500 },
      );
      fc.assert(
        fc.property(anyText, anyText, anyText, (a, b, c) => {
          if (b === c) return;
          expect(shown({ a, text: `${a}${b}` })).not.toBe(shown({ a, text: `${a}${c}` }));
          expect(shown([a, b])).not.toBe(shown([a, c]));
          expect(shown({ [b]: a })).not.toBe(shown({ [c]: a }));
        }),
        { numRuns: 500 },
      );
    },
  );

  test("fits its columns, from 20 on", () => {
    fc.assert(
      fc.property(anyJson, fc.integer({ min: 20, max: 100 }), (input, columns) => {
        for (const row of shownInput(input, { columns, mostRows: 5 })) {
          if (!row.includes("press v to view")) expect(textWidth(row)).toBeLessThan(columns);
        }
      }),
    );
  });

  test("has one field a line, texts of several lines behind a bar", () => {
    const input = {
      to: "ada",
      copies: 2,
      body: "Hi  Ada,\n\tbye",
      list: [1, { a: [] }],
      "a b": {},
    };
    expect(shownInput(input, whole)).toEqual([
      '  to: "ada"',
      "  copies: 2",
      "  body: 2 lines, without a line break at the end",
      "    │ Hi··Ada,",
      "    │ ⇥bye",
      "  list: 2 items",
      "    - 1",
      "    - 1 field",
      "      a: []",
      '  "a b": {}',
    ]);
    expect(shownInput("x", whole)).toEqual(['  "x"']);
    expect(shownInput({}, whole)).toEqual(["  {}"]);
  });

  test("wraps at the width of the terminal", () => {
    expect(
      shownInput({ text: "one two three four" }, { columns: 20, mostRows: undefined }),
    ).toEqual(['  text: "one two·', '  ┊ three four"']);
  });

  test("says how much of a text is left out, and shows the fields after it", () => {
    const body = "lorem ipsum ".repeat(200);
    const lines = shownInput({ body, to: "eve" }, { columns: 40, mostRows: 3 });
    expect(lines).toHaveLength(5);
    const shown =
      lines
        .slice(0, 3)
        .join("")
        .replaceAll("·", " ")
        .match(/lorem |ipsum /g) ?? [];
    const left = body.length - shown.join("").length;
    expect(lines[3]).toBe(`  … ${left.toLocaleString("en-US")} more characters, press v to view`);
    expect(lines[4]).toBe('  to: "eve"');
  });

  test("of a long line and of many lines counts what is not read", () => {
    const long = shownInput({ body: `${" ".repeat(300_000)}x` }, { columns: 80, mostRows: 2 });
    expect(long).toEqual([
      '  body: "⟨100000 spaces⟩',
      "  … 200,001 more characters, press v to view",
    ]);
    const many = shownInput({ body: "ab\n".repeat(5000) }, { columns: 80, mostRows: 2 });
    expect(many.slice(1)).toEqual([
      "    │ ab",
      "    │ ab",
      "    … 14,993 more characters, press v to view",
    ]);
  });
});
