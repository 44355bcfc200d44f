import fc from "fast-check";
import { expect, test } from "vitest";
import { decodedTexts, viewsOf } from "./text-views.ts";

const words = fc.array(fc.stringMatching(/^[a-z]{1,14}[,.]?$/), { maxLength: 20 });

test("what stands in base64 is decoded wherever it stands", () => {
  const said = fc.stringMatching(/^[a-z ]{12,40}$/).map((text) => `key ${text}`);
  fc.assert(
    fc.property(words, said, words, (before, text, behind) => {
      const run = Buffer.from(text).toString("base64");
      expect(decodedTexts([...before, run, ...behind].join(" "))).toContain(text);
    }),
  );
});

test("words in which nothing is hidden have one view, and nothing is decoded", () => {
  fc.assert(
    fc.property(words, (text) => {
      expect(decodedTexts(text.join(" "))).toEqual([]);
      expect(viewsOf(text.join(" "))).toEqual([{ text: text.join(" "), breaks: [] }]);
    }),
  );
});
