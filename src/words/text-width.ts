import type { MarkedPiece } from "./marked-text.ts";

/**
 * Characters that terminals show over two columns: the blocks of CJK, of full-width forms and of
 * emoji, and nothing rarer.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Marks that stand on the character before them. */
const COMBINED = /[\p{Mn}\p{Me}]/u;

const ASCII = /^[ -~]*$/;

/** How many columns of a terminal a text takes in which nothing is invisible. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    width += WIDE.test(character) ? 2 : COMBINED.test(character) ? 0 : 1;
  }
  return width;
}

/** A text with blanks after it, or before it, up to a number of columns. */
export function padded(text: string, width: number, side: "start" | "end" = "end"): string {
  const blanks = " ".repeat(Math.max(0, width - textWidth(text)));
  return side === "end" ? text + blanks : blanks + text;
}

/**
 * Pieces in rows of at most `width` columns, 2 or more, broken after a space where it can be; at least
 * one row. A space at the end of a row that goes on is shown as `·`, so that it is seen.
 */
export function wrapPieces(pieces: readonly MarkedPiece[], width: number): readonly MarkedPiece[] {
  const rows: MarkedPiece[] = [];
  let row: Cell[] = [];
  let used = 0;
  for (const cell of pieces.flatMap((piece) => cellsOf(piece, width))) {
    while (row.length > 0 && used + cell.width > width) {
      const space = row.findLastIndex(({ shown }) => shown === " ");
      const end = space < 0 ? row.length : space + 1;
      rows.push(rowOf(row.slice(0, end), true));
      row = row.slice(end);
      used = row.reduce((sum, each) => sum + each.width, 0);
    }
    row.push(cell);
    used += cell.width;
  }
  return [...rows, rowOf(row, false)];
}

interface Cell extends MarkedPiece {
  readonly width: number;
}

/** A piece, in several where it is wider than a row. */
function cellsOf({ shown, length }: MarkedPiece, width: number): readonly Cell[] {
  const whole = textWidth(shown);
  if (whole <= width) return [{ shown, length, width: whole }];
  const characters = [...shown];
  return characters.map((character, index) => ({
    shown: character,
    length: index === characters.length - 1 ? length : 0,
    width: textWidth(character),
  }));
}

function rowOf(cells: readonly Cell[], goesOn: boolean): MarkedPiece {
  const shown = cells.map((cell) => cell.shown).join("");
  const length = cells.reduce((sum, cell) => sum + cell.length, 0);
  return { shown: goesOn ? shown.replace(/ $/, "·") : shown, length };
}
