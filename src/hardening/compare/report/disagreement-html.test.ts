import fc from "fast-check";
import { expect, test } from "vitest";
import { shownText } from "../../../../tests/support/shown-text.ts";
import { valueDiff } from "./disagreement-html.ts";

const printed = fc.string({ unit: "grapheme-ascii" });

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
