import fc from "fast-check";
import { expect, test } from "vitest";
import { TerminalCommand, terminalText } from "./printable.ts";

const HOSTILE = [
  "\u001b[2J",
  "\u001b]52;c;cHduZWQ=\u0007",
  "\u001b]8;;http://evil\u001b\\",
  "\u001bP1$r\u001b\\",
  "\u001bc",
  "\u009b1A",
  "\u009d0;title\u009c",
  "\r",
  "\b",
  "\u007f",
  "\u202e",
  "\u2066",
  "\u200f",
  "\u2028",
  "\u0085",
];
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom(...HOSTILE, "\n", "\t", "a"), fc.string({ unit: "binary" })),
});

test("no text reaches a terminal with anything that steers it, in whatever pieces it comes", () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (text, at) => {
      const cut = at % (text.length + 1);
      const shown = terminalText(text.slice(0, cut)) + terminalText(text.slice(cut));
      expect(shown).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("what steers nothing stays as it is: lines, tabs, emoji, all scripts", () => {
  const text = "a\tb\n👩‍💻 ü שלום 漢字\n";
  expect(terminalText(text)).toBe(text);
  expect(terminalText("a\r\nb\rc")).toBe("a\nb\\rc");
  expect(terminalText(terminalText("\u001b[2J"))).toBe("\\u{1b}[2J");
});

test("a command of ours is no text, and no text is one", () => {
  expect(`${TerminalCommand.eraseLine}`).toBe("\r\u001b[2K");
  expect(terminalText(`${TerminalCommand.eraseLine}`)).toBe("\\r\\u{1b}[2K");
});
