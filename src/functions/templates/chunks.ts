/** A text as the chunks that may vary, and what stands between them. */
export interface ChunkedText {
  readonly chunks: readonly string[];
  /** Before, between and behind the chunks: one more than there are chunks. */
  readonly between: readonly string[];
}

const WORD = String.raw`[\p{L}\p{M}\p{N}]+`;
/** What joins words to one chunk: up to two signs, or a comma between digits. */
const JOINED = String.raw`(?:(?:[._:+%@~'-]{1,2}|(?<=\p{N}),(?=\p{N}))${WORD})*`;
const SIGNED = String.raw`(?<![\p{L}\p{M}\p{N}])[+-](?=\p{N})`;

/**
 * A chunk is a word, a number, a date, an address or an id: letters and digits, joined by single signs
 * such as `.` `-` `_` `:` `@`, with a sign in front of a number. Words and joining signs have no
 * character in common, so matching takes time in proportion to the text.
 */
const CHUNK = new RegExp(`(?:${SIGNED})?${WORD}${JOINED}`, "gu");

/** Signs that stand four times or more in a row, such as those of a ruled line. */
const RULED = /([^\s])\1{3,}/gu;

/** Signs that structures are joined with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const JOINTS = /[\u0000\u0001]/g;

/**
 * Cuts a text into chunks. White space counts as one space, or as one line end where it holds one, and
 * a row of the same sign as three.
 */
export function chunked(text: string): ChunkedText {
  const chunks: string[] = [];
  const between: string[] = [];
  let end = 0;
  for (const { 0: chunk, index } of text.matchAll(CHUNK)) {
    between.push(collapsed(text.slice(end, index)));
    chunks.push(chunk);
    end = index + chunk.length;
  }
  between.push(collapsed(text.slice(end)));
  return { chunks, between };
}

/** What stands between chunks is mostly one of a few texts. */
const COLLAPSED = new Map<string, string>();
const MOST_KNOWN = 5_000;
const MOST_KNOWN_CHARS = 16;

function collapsed(between: string): string {
  const isPlain = between.length === 1 && between >= " " && between <= "~";
  if (isPlain || between === "") return between;
  const known = COLLAPSED.get(between);
  if (known !== undefined) return known;
  const found = collapse(between);
  const isKept = between.length <= MOST_KNOWN_CHARS && COLLAPSED.size < MOST_KNOWN;
  if (isKept) COLLAPSED.set(between, found);
  return found;
}

function collapse(between: string): string {
  return between
    .replace(JOINTS, "\uFFFD")
    .replace(/\s+/g, (space) => (/[\n\r]/.test(space) ? "\n" : " "))
    .replace(RULED, "$1$1$1");
}

/** What two texts have in common that differ in their chunks only. */
export function structureOf({ between }: ChunkedText): string {
  return between.join("\u0000");
}

/** `A` upper case, `a` lower case, `x` letters without case and marks, `9` digits; else the sign itself. */
export function classOf(character: string): string {
  if (character >= "a" && character <= "z") return "a";
  if (character >= "0" && character <= "9") return "9";
  if (character >= "A" && character <= "Z") return "A";
  if (character < "\u0080") return character;
  if (/^\p{Ll}/u.test(character)) return "a";
  if (/^\p{Lu}/u.test(character)) return "A";
  return /^\p{N}/u.test(character) ? "9" : "x";
}

/** Digits that are counted: years and two-digit days differ, longer numbers are just long. */
const COUNTED_DIGITS = 4;
const MANY_DIGITS = "N";

/**
 * The shape of a chunk: letters of one class as one sign, one `9` for each digit up to four, `N` for
 * more, and joining signs as they are.
 *
 * @example
 * shapeOfChunk("SM-G900P"); // A-A999A
 */
export function shapeOfChunk(chunk: string): string {
  let shape = "";
  let last = "";
  let digits = 0;
  for (const character of chunk) {
    const sign = classOf(character);
    if (sign === "9") {
      digits++;
    } else {
      shape += digitsShape(digits);
      digits = 0;
      if (sign !== last || !isLetter(sign)) shape += sign;
    }
    last = sign;
  }
  return shape + digitsShape(digits);
}

function digitsShape(count: number): string {
  return count > COUNTED_DIGITS ? MANY_DIGITS : "9".repeat(count);
}

function isLetter(sign: string): boolean {
  return sign === "A" || sign === "a" || sign === "x";
}
