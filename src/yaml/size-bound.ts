/**
 * How much YAML is read. A text is measured before it is parsed: a parser needs a hundred times the
 * memory of what it reads, and seconds for a megabyte of small values.
 */

/** Most bytes of a YAML file that people write: a thousand times the largest of the examples. */
export const MOST_YAML_BYTES = 4 * 1024 ** 2;

/** Most lists, maps and scalars in one entry of a cassette that somebody has edited. */
export const NODES_OF_AN_ENTRY = 400_000;

/** How a block of text begins: nothing in it is a value of its own. */
const BLOCK = /(?:^|[:?-])[ \t]+[|>][0-9+-]{0,2}[ \t\r]*$/;

const [TAB, LINE_BREAK, SPACE, QUOTE, COMMENT, COMMA, BACKSLASH] = [
  0x09, 0x0a, 0x20, 0x22, 0x23, 0x2c, 0x5c,
];

/** Characters behind which another value begins, wherever they stand. */
const SEPARATORS = codesOf(",[{:");
/** The same, where a value may begin. */
const INDICATORS = codesOf("-?");
/** How an anchor and a tag begin, which cost as much as a value. */
const PROPERTIES = codesOf("&!");

/** What makes the parser note an error, and goes on, costs as much as so many values. */
const ERROR_NODES = 3;

function codesOf(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}

/**
 * Returns true if a YAML text has more than so many lists, maps and scalars, by a guess that is
 * somewhat too high: each line outside of texts may begin one, and each comma, colon and bracket.
 * Takes a few milliseconds for a megabyte.
 */
export function isTooLarge(yaml: string, mostNodes: number): boolean {
  // Most texts are small.
  if (yaml.length * ERROR_NODES <= mostNodes) return false;
  let nodes = 0;
  let start = 0;
  while (start < yaml.length) {
    const line = measuredLine(yaml, start);
    nodes += line.nodes;
    if (nodes > mostNodes) return true;
    const isBlock = BLOCK.test(yaml.slice(Math.max(start, line.end - LONGEST_OPENING), line.end));
    start = isBlock ? behindBlock(yaml, line.end + 1, indentAt(yaml, start)) : line.end + 1;
  }
  return false;
}

/** Characters that are sure to hold the opening of a block at the end of its line. */
const LONGEST_OPENING = 40;

/** What may begin in a line, which goes on to the end of the line in which its last quote closes. */
function measuredLine(
  yaml: string,
  start: number,
): { readonly nodes: number; readonly end: number } {
  let nodes = yaml.charCodeAt(start) === TAB ? ERROR_NODES : 1;
  let before = 0;
  let last = start;
  // Nothing of the line has been seen yet but what a value may stand behind.
  let mayBegin = true;
  for (let at = start; at < yaml.length; at++) {
    const code = yaml.charCodeAt(at);
    if (code === LINE_BREAK || (code === COMMENT && before === 0)) break;
    if (code === SPACE) continue;
    if (code === QUOTE && mayBegin) {
      const begin = at + 1;
      at = endOfQuotes(yaml, begin);
      nodes += wrongEscapes(yaml, begin, at) * ERROR_NODES;
    }
    const separates = SEPARATORS.has(code);
    if (mayBegin && PROPERTIES.has(code)) nodes++;
    mayBegin = separates || (mayBegin && INDICATORS.has(code));
    if (mayBegin) nodes += code === COMMA && before === COMMA ? ERROR_NODES : 1;
    before = code;
    last = at;
  }
  return { nodes, end: endOfLine(yaml, last) };
}

function endOfQuotes(yaml: string, from: number): number {
  for (let at = from; at < yaml.length; at++) {
    const code = yaml.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return yaml.length;
}

/** An escape of a quoted text; a line break may be escaped where the next line is indented. */
const ESCAPE =
  /\\(?:[0abt\tnvfre "/\\N_LP]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0|1(?=0))[0-9a-fA-F]{5}|\r?\n(?=[ \t\r\n]))/y;

/** Counts what only looks like an escape: the parser notes an error for each. */
function wrongEscapes(yaml: string, from: number, to: number): number {
  let count = 0;
  for (let at = yaml.indexOf("\\", from); at >= 0 && at < to; at = yaml.indexOf("\\", at)) {
    ESCAPE.lastIndex = at;
    const isRight = ESCAPE.test(yaml);
    if (!isRight) count++;
    at = isRight ? ESCAPE.lastIndex : at + 2;
  }
  return count;
}

/** Offset of the first line that is indented by no more than the line that opened the block. */
function behindBlock(yaml: string, from: number, indent: number): number {
  let start = from;
  while (start < yaml.length) {
    const end = endOfLine(yaml, start);
    const own = indentAt(yaml, start);
    if (own <= indent && start + own < end) return start;
    start = end + 1;
  }
  return start;
}

function endOfLine(yaml: string, from: number): number {
  const end = yaml.indexOf("\n", from);
  return end < 0 ? yaml.length : end;
}

function indentAt(yaml: string, start: number): number {
  let count = 0;
  while (yaml.charCodeAt(start + count) === SPACE) count++;
  return count;
}
