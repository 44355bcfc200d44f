import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHtml } from "./escape-html.ts";
import { valueDiff } from "./value-diff.ts";

const NAMES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function shownText(html: string): string {
  return html.replace(/&[a-z0-9#]+;/g, (entity) => NAMES[entity] ?? entity);
}

const printed = fc.string({ unit: "grapheme-ascii" });

test("a text in HTML is shown as it is, and is no markup", () => {
  fc.assert(
    fc.property(printed, (text) => {
      const html = escapeHtml(text);
      expect(shownText(html)).toBe(text);
      expect(html).not.toMatch(/[<>"']/);
    }),
  );
});

test("what would turn a text around or ring a bell is shown as an escape", () => {
  expect(escapeHtml("a\u202eb\u0007\n\t")).toBe("a\\u{202e}b\\u{7}\n\t");
});

test("a diff of two texts holds each of them, one struck out and one underlined", () => {
  fc.assert(
    fc.property(printed, printed, (left, right) => {
      const html = valueDiff(left, right, 1000);
      const without = (element: string) =>
        html.replace(new RegExp(`<${element}>[^<]*</${element}>`, "g"), "").replace(/<[^>]*>/g, "");
      expect(shownText(without("ins"))).toBe(left);
      expect(shownText(without("del"))).toBe(right);
    }),
  );
});
