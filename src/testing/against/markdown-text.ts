import { printable, printableLines } from "../../words/printable.ts";

/** Nothing in such a text is markup, in a cell of a table neither. */
const PLAIN = /^[\w.,:/>=()$%+-](?:[\w .,:/>=()$%+-]*[\w.,:/>=()$%+-])?$/;

/**
 * A text as code in a line of Markdown, also in a cell of a table: nothing in it is markup, a link or
 * a mention.
 */
export function inlineCode(text: string): string {
  const line = printable(text);
  return PLAIN.test(line) ? `\`${line}\`` : htmlCode(line);
}

/** The same where Markdown is not read: in a line that begins with an HTML tag. */
export function htmlCode(text: string): string {
  return `<code>${printable(text).replace(/[!-/:-@[-`{-~]/g, characterCode)}</code>`;
}

/** A text as a block of code that nothing in it can end. */
export function codeBlock(text: string, language = ""): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${printableLines(text)}\n${fence}`;
}

function characterCode(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
