import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesText, sideBySide } from "./side-by-side.ts";
import { textWidth } from "./text-width.ts";

describe("two texts side by side", () => {
  test("have equal lines beside each other and a bar between lines that differ", () => {
    const left = "Found:\n- a cat\n- an invoice\n";
    const right = "Found:\n- a picture of a cat\n- an invoice\nMove them?\n";
    expect(sideBySide(left, right, 43)).toEqual([
      "Found:                 Found:",
      "- a cat              | - a picture of a cat",
      "- an invoice           - an invoice",
      "                     | Move them?",
    ]);
  });

  test("never are wider than the terminal, whatever they hold", () => {
    const anyText = fc.string({
      unit: fc.constantFrom("a", " ", "\n", "\t", "漢", "\u001b", "word"),
    });
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 35, max: 120 }), (left, right, width) => {
        for (const row of sideBySide(left, right, width)) {
          expect(textWidth(row)).toBeLessThanOrEqual(width);
          expect(row).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });

  test("that are equal have no bar", () => {
    fc.assert(
      fc.property(fc.lorem(), (text) => {
        expect(sideBySide(text, text, 60).join("\n")).not.toContain("|");
      }),
    );
  });
});

test("changes are told by their calls; answers that stayed the same are counted", () => {
  const changes = [
    { call: "main", before: "Two files.", after: "Two photos." },
    { call: "main/analyzer", before: "A cat.", after: "A cat." },
  ];
  expect(changesText(changes, 45)).toEqual([
    "main: answers otherwise (before | now)",
    "  Two files.           | Two photos.",
    "1 answer is as before",
  ]);
});
