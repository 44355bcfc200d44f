/** Whatever a terminal would obey, swallow or reorder instead of showing it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text on one line, with escapes in the place of everything that is not shown as a character. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return SHORT_ESCAPES[character] ?? `\\u{${code.toString(16)}}`;
  });
}

/** What a terminal would obey, but for line breaks and tabs; what joins emoji stays. */
const COMMANDS = /(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** A text of many lines, with escapes in the place of what would steer a terminal. */
export function printableLines(text: string): string {
  return text.replace(COMMANDS, printable);
}

/** A text that is cut to `length` characters, with a sign that it goes on. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).trimEnd()}…` : text;
}
