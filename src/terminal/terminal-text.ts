import { printable } from "./printable.ts";

/**
 * What a terminal would obey, or use to show a text in another order: control characters but for
 * line breaks and tabs, escape sequences, the controls of bidirectional text, and the line and
 * paragraph separators.
 */
const STEERING = /(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/**
 * A text as a terminal may get it, whoever wrote it: what would steer the terminal stands there as an
 * escape, such as `\u{1b}`. Each character is looked at alone, so that a sequence which comes in two
 * pieces is as harmless as one that comes whole. A CRLF becomes a line break.
 */
export function terminalText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(STEERING, printable);
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
