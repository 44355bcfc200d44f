import { printable, printableLines } from "../words/printable.ts";

/** What is markup wherever it stands. An underscore within a word is none. */
const MARKUP =
  /[\\`*[\]<>~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|\$(?!\d)|&(?=#?\w+;)|:(?=\/\/)|(?<=\bwww)\./giu;

/** What is markup only where a line begins. */
const LINE_START = /^(?:([-+](?=\s|$)|[-=](?=[-=\s]*$))|(\d{1,9})([.)])(?=\s|$))/;

/**
 * A text on one line of Markdown, also in a cell of a table: nothing in it is markup, a link, a mention
 * of a person or a reference to an issue. An empty comment keeps GitHub from seeing the last two.
 *
 * @example
 * markdownText("*not bold* | <b>"); // "\\*not bold\\* &#124; \\<b\\>"
 */
export function markdownText(text: string): string {
  return printable(text)
    .trim()
    .replace(MARKUP, "\\$&")
    .replace(/@(?=\w)/g, "@<!-- -->")
    .replace(/#(?=\d)/g, "#<!-- -->")
    .replaceAll("|", "&#124;")
    .replace(/^#/, "\\#")
    .replace(LINE_START, (_, sign?: string, digits = "", end = "") =>
      sign === undefined ? `${digits}\\${end}` : `\\${sign}`,
    );
}

/** A text as code in a line of Markdown, also in a cell of a table. */
export function inlineCode(text: string): string {
  const line = printable(text);
  // A cell would end at a bar; blanks at the ends and nothing at all are no code.
  if (line.includes("|") || line.trim() !== line || line === "") return htmlCode(line);
  const fence = "`".repeat(longestRun(line) + 1);
  const blank = /^`|`$/.test(line) ? " " : "";
  return fence + blank + line + blank + fence;
}

/** The same where Markdown is not read: in a line that begins with an HTML tag. */
export function htmlCode(text: string): string {
  return `<code>${printable(text).replace(/[!-/:-@[-`{-~]/g, characterCode)}</code>`;
}

/** A text as a block of code that nothing in it can end. */
export function codeBlock(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  const name = /^[\w+-]*$/.test(language) ? language : "";
  return `${fence}${name}\n${printableLines(text.replaceAll("\r\n", "\n"))}\n${fence}`;
}

/** Length of the longest run of backticks. */
function longestRun(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
}

function characterCode(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
