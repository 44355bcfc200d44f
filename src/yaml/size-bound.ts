/**
 * How much YAML is read. A text is measured before it is parsed: a parser needs a hundred times the
 * memory of what it reads, and seconds for a megabyte of small values.
 */

/** Most bytes of a YAML file that people write: a thousand times the largest of the examples. */
export const MOST_YAML_BYTES = 4 * 1024 ** 2;

/** Most lists, maps and scalars in one entry of a cassette that somebody has edited. */
export const NODES_OF_AN_ENTRY = 400_000;

/** How a block of text begins: nothing in it is a value of its own. */
const BLOCK = /(?:^|[:?-])[ \t]+[|>][0-9+-]{0,2}[ \t]*$/;

const [LINE_BREAK, SPACE, QUOTE, BACKSLASH] = [0x0a, 0x20, 0x22, 0x5c];

/** Characters behind which another value begins. */
const BEGINS_VALUE = new Set(Array.from(",[{:-", (character) => character.charCodeAt(0)));

/**
 * Returns true if a YAML text has more than so many lists, maps and scalars, by a guess that is
 * somewhat too high: each line outside of texts may begin one, and each comma, colon and bracket.
 * Takes a few milliseconds for a megabyte.
 */
export function isTooLarge(yaml: string, mostNodes: number): boolean {
  // Most texts are small, and each character begins at most one.
  if (yaml.length <= mostNodes) return false;
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
  let nodes = 1;
  let before = LINE_BREAK;
  let at = start;
  for (; at < yaml.length; at++) {
    const code = yaml.charCodeAt(at);
    if (code === LINE_BREAK) break;
    if (BEGINS_VALUE.has(code)) nodes++;
    // A quote begins a text only where a value may begin.
    if (code === QUOTE && (before === LINE_BREAK || BEGINS_VALUE.has(before))) {
      at = endOfQuotes(yaml, at + 1);
    }
    if (code !== SPACE) before = code;
  }
  return { nodes, end: at };
}

function endOfQuotes(yaml: string, from: number): number {
  for (let at = from; at < yaml.length; at++) {
    const code = yaml.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return yaml.length;
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
