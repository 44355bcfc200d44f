import fc from "fast-check";
import { expect, test } from "vitest";
import { shownText } from "../../tests/support/shown-text.ts";
import { escapeHtml, html } from "./html.ts";

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

test("a template escapes its values, of whatever they are made, and nothing twice", () => {
  const inner = html`<b>${'<i title="x">'}</b>`;
  expect(html`<p>${[inner, undefined, 3, false, "a\r\nb"]}</p>`.markup).toBe(
    "<p><b>&lt;i title=&quot;x&quot;&gt;</b>3a\nb</p>",
  );
});
