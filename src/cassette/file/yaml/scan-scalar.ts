/**
 * Where scalars end. Read by hand: a pattern that chooses again for each character needs stack for
 * each, and texts may be of any length.
 */

const [LINE_BREAK, SPACE, QUOTE, COLON, BACKSLASH] = [0x0a, 0x20, 0x22, 0x3a, 0x5c];

const IS_LETTER = codesOf(/[A-Za-z]/);
const IS_WORD = codesOf(/[A-Za-z0-9_./@+-]/);

/** Which of the first 128 characters fit a pattern. */
function codesOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) =>
    Number(pattern.test(String.fromCharCode(code))),
  );
}

/** Offset behind the words without quotes that begin at `start`; `start` itself when none do. */
export function endOfWords(text: string, start: number): number {
  if (IS_LETTER[text.charCodeAt(start)] !== 1) return start;
  let isFirst = true;
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (IS_WORD[code] === 1) continue;
    if (code === SPACE && IS_WORD[text.charCodeAt(at + 1)] === 1) isFirst = false;
    else if (!(isFirst && code === COLON && IS_LETTER[text.charCodeAt(at + 1)] === 1)) return at;
  }
}

/**
 * Offset of the quote that ends a quoted text, or of the backslash that ends its line.
 *
 * @param from behind the opening quote
 * @returns -1 where the line ends before
 */
export function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === LINE_BREAK) return -1;
    if (code !== BACKSLASH) continue;
    if (text.charCodeAt(at + 1) === LINE_BREAK) return at;
    at++;
  }
  return -1;
}

/** A text without the line breaks that it ends in. */
export function withoutBreaksAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === LINE_BREAK) end--;
  return text.slice(0, end);
}
