import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../model/json.ts";
import { Unwritable } from "./json-line.ts";
import { readEditedYaml } from "./read-edited-yaml.ts";
import { readOwnYaml } from "./read-yaml.ts";
import { writeYaml } from "./write-yaml.ts";

/** Where patterns that choose again for each character ran out of stack. */
const LONG = 10_000_000;
/** Enough to tell what is not linear: it would take minutes. */
const LENGTH = 200_000;

/** What tools answer in the wild, and what is made to break a reader. */
const PIECES: Readonly<Record<string, string>> = {
  "control characters": "\u0001",
  "coloured output": "\u001b[32mok\u001b[0m test passes\n",
  "coloured output on one line": "\u001b[32mok\u001b[0m ",
  "carriage returns": "some line of text\r\n",
  "line separators": "a\u2028",
  "paragraph separators with lines": "a\u2029\n",
  "next lines": "abc\u0085 ",
  "byte order marks": "\ufeff",
  tabs: "\tfoo\n",
  quotes: '"',
  backslashes: "\\",
  "quoted backslashes": '\\"',
  NUL: "\0x",
  "lone surrogates": "\ud800x",
  "trailing blanks": "x \n",
  emoji: "😀👩‍👩‍👧\n",
  words: "some words of a text ",
  "words with colons": "a:b",
  "lines of words": "some line of text\n",
  "line breaks": "\n",
  spaces: " ",
  "hexadecimal digits": "0a",
  digits: "7",
  dashes: "- ",
  "ends of documents": "---\n",
  "comments, anchors and aliases": "# &a *a\n",
};

describe("a text reads back as it was, and fast", () => {
  test.each(Object.entries(PIECES))("%s", (_name, piece) => {
    const text = piece.repeat(Math.ceil(LENGTH / piece.length));
    for (const value of [text, `${text}x`, `0${text}!`]) expectSameText(value);
  });

  test.each(["control characters", "coloured output", "quotes", "words with colons"])(
    "of ten million characters: %s",
    (name) => {
      const piece = PIECES[name] ?? "";
      expectSameText(piece.repeat(LONG / piece.length));
    },
  );
});

describe("nesting", () => {
  const nests: Readonly<Record<string, (inner: Json) => Json>> = {
    lists: (inner) => [inner],
    maps: (inner) => ({ a: inner }),
    "lists of maps": (inner) => [{ a: inner, b: "x\ny " }],
    "maps with texts": (inner) => ({ a: "x".repeat(200), inner, b: [1, "two"] }),
  };
  test.each(Object.entries(nests))(
    "of %s reads back at any depth that is written",
    (_name, nest) => {
      for (const levels of [1, 50, 59, 60, 61, 62, 63, 64, 65, 500, 1_000]) {
        let value: Json = "\u2028";
        for (let level = 0; level < levels; level++) value = nest(value);
        for (const field of ["output", "input"]) expectSame({ [field]: value });
        expect(readEditedYaml(writeYaml({ output: value }))).toEqual({ output: value });
      }
    },
  );

  test("of 2,000 levels reads back, and of more is refused when it is written", () => {
    const nested = (levels: number): Json => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    const text = writeYaml({ output: nested(2_000) });
    expect(JSON.stringify(readOwnYaml(text))).toBe(JSON.stringify({ output: nested(2_000) }));
    expect(JSON.stringify(readEditedYaml(text))).toBe(JSON.stringify({ output: nested(2_000) }));
    for (const levels of [2_100, 100_000]) {
      expect(() => writeYaml({ output: nested(levels) })).toThrow(Unwritable);
    }
  });

  test("that no writer makes is left to the general reader, which refuses it", () => {
    for (const open of ["[", "{ a: ", "- "]) {
      const text = `output: ${open.repeat(100_000)}`;
      expect(readOwnYaml(text)).toBeUndefined();
      expect(() => readEditedYaml(text)).toThrow();
    }
  });
});

test("texts of any pieces, any number of times, read back", () => {
  const piece = fc.oneof(fc.constantFrom(...Object.values(PIECES)), fc.string({ unit: "binary" }));
  const run = fc
    .tuple(piece, fc.constantFrom(1, 2, 30, 300))
    .map(([part, times]) => part.repeat(times));
  const text = fc.array(run, { maxLength: 5 }).map((runs) => runs.join(""));
  fc.assert(
    fc.property(
      fc.dictionary(
        text.filter((key) => key !== "__proto__"),
        text,
        { minKeys: 1 },
      ),
      (value) => {
        expectSame({ output: { ...value }, input: [Object.values(value)] });
      },
    ),
    { numRuns: 60 },
  );
});

function expectSameText(text: string): void {
  const read = readOwnYaml(writeYaml({ output: text })) as { output?: unknown } | undefined;
  if (read?.output !== text) throw new Error("it reads back differently");
}

/** Not by `toEqual`, which shows all characters of both. */
function expectSame(value: Record<string, Json>): void {
  const read = readOwnYaml(writeYaml(value));
  if (JSON.stringify(read) !== JSON.stringify(value)) throw new Error("it reads back differently");
}
