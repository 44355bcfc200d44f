const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Characters that terminals show over two columns: the blocks of CJK, of full-width forms and of
 * emoji, and nothing rarer.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** How many columns of a terminal a text without line breaks takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += segmentWidth(segment);
  return width;
}

function segmentWidth(segment: string): number {
  return WIDE.test(segment) ? 2 : 1;
}

/**
 * A text without line breaks on lines of at most `width` columns, 2 or more, broken between words
 * where it can be; at least one line.
 */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.match(/\s+|\S+/gu) ?? []) {
    const needed = textWidth(word);
    if (used + needed <= width) {
      line += word;
      used += needed;
      continue;
    }
    if (line.trim() !== "") lines.push(line.trimEnd());
    const pieces = /\s/u.test(word) ? [] : piecesOf(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
    used = textWidth(line);
  }
  if (line.trim() !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** A word that is too long for a line, in pieces that are not. */
function piecesOf(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(word)) {
    const needed = segmentWidth(segment);
    if (used + needed > width) {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += segment;
    used += needed;
  }
  return [...pieces, piece];
}
