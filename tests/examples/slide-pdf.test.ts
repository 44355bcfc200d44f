import fc from "fast-check";
import { expect, test } from "vitest";
import { type Deck, slidePdf } from "../../scripts/example-files/slide-pdf.ts";

const text = fc.string({ unit: "grapheme-ascii", maxLength: 40 });
const share = fc.constantFrom(0, 0.25, 1);
const anyDeck: fc.Arbitrary<Deck> = fc.record({
  company: text,
  colour: fc.tuple(share, share, share),
  slides: fc.array(fc.record({ title: text, lines: fc.array(text, { maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

const fileOf = (deck: Deck) => Buffer.from(slidePdf(deck)).toString("latin1");

test("the table of a PDF says where each object begins, and its end where the table is", () => {
  fc.assert(
    fc.property(anyDeck, (deck) => {
      const file = fileOf(deck);
      const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
      const [head, none, ...entries] = file.slice(table).split("trailer")[0]?.match(/.*\n/g) ?? [];
      expect([head, none]).toEqual(["xref\n", `0 ${entries.length}\n`]);
      const [free, ...used] = entries;
      expect(free).toBe("0000000000 65535 f \n");
      expect(used).toHaveLength(4 + 2 * deck.slides.length);
      used.forEach((entry, index) => {
        expect(entry).toMatch(/^\d{10} 00000 n \n$/);
        const start = `${index + 1} 0 obj\n`;
        expect(file.slice(Number(entry.slice(0, 10)))).toMatch(new RegExp(`^${start}`));
      });
    }),
  );
});

test("a stream of a PDF is as long as it says", () => {
  fc.assert(
    fc.property(anyDeck, (deck) => {
      let file = fileOf(deck);
      for (let streams = 0; ; streams++) {
        const head = /<< \/Length (\d+) >>\nstream\n/.exec(file);
        if (!head) return streams === deck.slides.length;
        file = file.slice(head.index + head[0].length + Number(head[1]));
        expect(file.startsWith("\nendstream\nendobj\n")).toBe(true);
      }
    }),
  );
});

test("text that would end a string of a PDF is escaped", () => {
  const deck: Deck = { company: "", colour: [0, 0, 0], slides: [{ title: "a) (b\\", lines: [] }] };
  expect(fileOf(deck)).toContain("(a\\) \\(b\\\\) Tj");
});

test("text beyond ASCII is refused", () => {
  const deck: Deck = { company: "", colour: [0, 0, 0], slides: [{ title: "Café", lines: [] }] };
  expect(() => slidePdf(deck)).toThrow('"Café" is not plain ASCII');
});
