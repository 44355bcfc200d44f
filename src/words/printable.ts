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

/**
 * What a terminal would obey, or use to show a text in another order: control characters but for
 * line breaks and tabs, escape sequences, the controls of bidirectional text, and the line and
 * paragraph separators. What joins emoji stays.
 */
const STEERING = /(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** A text of many lines, with escapes in the place of what would steer a terminal. */
export function printableLines(text: string): string {
  return text.replace(STEERING, printable);
}

/** Lines that belong to the one above them. */
export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** A text that is cut to `length` characters, with a sign that it goes on. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).trimEnd()}…` : text;
}

/**
 * A text as a terminal may get it, whoever wrote it: what would steer the terminal stands there as an
 * escape, such as `\u{1b}`. Each character is looked at alone, so that a sequence which comes in two
 * pieces is as harmless as one that comes whole. A CRLF becomes a line break.
 */
export function terminalText(text: string): string {
  return printableLines(text.replaceAll("\r\n", "\n"));
}

/**
 * A sequence of our own that steers the terminal. Only this file makes one, so no text from elsewhere
 * becomes one.
 */
export class TerminalCommand {
  /** Goes back to the start of the line and empties it. */
  static readonly eraseLine: TerminalCommand = new TerminalCommand("\r\u001b[2K");

  readonly #sequence: string;

  private constructor(sequence: string) {
    this.#sequence = sequence;
  }

  /** What the terminal is sent. */
  toString(): string {
    return this.#sequence;
  }
}
