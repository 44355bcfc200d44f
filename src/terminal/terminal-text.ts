import { printableLines } from "./printable.ts";

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
