/** A piece of a text as it is shown, and how many UTF-16 units of the text it stands for. */
export interface MarkedPiece {
  readonly shown: string;
  readonly length: number;
}

/**
 * Scripts whose letters are shown as they are, below a label that names the script: their letters
 * look like those of others. Within one script no two of these letters are drawn alike.
 */
const SCRIPTS: readonly Script[] = [
  { name: "Cyrillic", letters: /^[\u0401-\u044f\u0451-\u045f\u0490\u0491]$/ },
  { name: "Greek", letters: /^[\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce]$/ },
  { name: "Armenian", letters: /^[\u0531-\u0556\u0561-\u0586]$/ },
  { name: "Georgian", letters: /^[\u10d0-\u10f0]$/ },
  { name: "Hebrew", letters: /^[\u05d0-\u05ea]$/, isRightToLeft: true },
  { name: "Arabic", letters: /^[\u0621-\u063a\u0641-\u064a]$/, isRightToLeft: true },
  { name: "CJK", letters: /^[\u3041-\u3096\u4e00-\u9fff]$/, isUnspaced: true },
  { name: "Katakana", letters: /^[\u30a1-\u30fa\u30fc]$/, isUnspaced: true },
  { name: "Hangul", letters: /^[\uac00-\ud7a3]$/, isUnspaced: true },
];

interface Script {
  readonly name: string;
  readonly letters: RegExp;
  /** Whether a terminal may show it from the right; its label then spans one word and no sign. */
  readonly isRightToLeft?: boolean;
  /** Whether its words stand next to Latin ones without a space. */
  readonly isUnspaced?: boolean;
}

/**
 * What is shown as it is beside ASCII: letters of Latin alphabets, signs, arrows and emoji, but for
 * those that look like something else (a dotless i, a Đ that is Icelandic, an l with an apostrophe).
 */
const PLAIN =
  /^[\u00a1-\u00a3\u00a5\u00a7\u00a9\u00ab\u00ae\u00b0-\u00b3\u00b9\u00bb-\u00cf\u00d1-\u00d6\u00d8-\u010e\u0110-\u0130\u0134-\u0137\u0139-\u013c\u0141-\u0148\u014a-\u0164\u0166-\u017e\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u20ac\u2190-\u2193\u3001\u3002\u300c\u300d]$|^[\u{1f300}-\u{1f3fa}\u{1f400}-\u{1faff}]$/u;

const EMOJI = /^\p{Emoji_Presentation}$/u;

/** A word, which is of one script unless somebody disguises it. */
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const LATIN = /\p{Script=Latin}/u;
const ASCII = /^\p{ASCII}*$/u;

/** So many equal signs are shown one by one; of more their number is. */
const MOST_EQUAL = 16;

/**
 * A line of a text so that nothing in it is hidden, and no two texts look alike: runs of spaces and
 * those at an end as `·` or `⟨400 spaces⟩`, tabs as `⇥`, everything that is invisible, steers the
 * terminal or looks like something else as `\u{a0}`, letters of other scripts as `⟨Greek:…⟩`.
 *
 * @returns pieces whose `shown` together differ for any two texts
 */
export function markedPieces(line: string): readonly MarkedPiece[] {
  const disguised = disguisedIn(line);
  const signs: Sign[] = [];
  const shapes: Shapes = new Map();
  const runs = line.matchAll(/(.)\1*/gsu);
  for (const { 0: run, 1: character = "", index } of runs) {
    const count = run.length / character.length;
    if (character === " ") signs.push(...spaces(run, index, line));
    else {
      const { length } = character;
      const shape = shapeFrom(shapes, character, disguised(index));
      if (shape.isMarked && count > MOST_EQUAL) {
        signs.push({ shown: countOf(count, character, shape.shown), length: run.length });
      } else for (let each = 0; each < count; each++) signs.push({ ...shape, length });
      // What reads as an escape of ours is not one.
      const isEscape = character === "\\" && line.startsWith("u{", index + run.length);
      if (isEscape) signs.splice(-1, 1, { shown: codePointEscape(character), length });
    }
  }
  return labelled(signs);
}

/** The same as one text. */
export function markedText(line: string): string {
  return markedPieces(line)
    .map(({ shown }) => shown)
    .join("");
}

interface Sign extends MarkedPiece {
  readonly isMarked?: boolean;
  readonly script?: Script | undefined;
  /** Whether it may stand within a label: it is of no script. */
  readonly isNeutral?: boolean;
}

function spaces(run: string, index: number, line: string): readonly Sign[] {
  const isInner = index > 0 && index + run.length < line.length;
  if (run.length === 1 && isInner) return [{ shown: " ", length: 1, isNeutral: true }];
  if (run.length > MOST_EQUAL) {
    return [{ shown: countOf(run.length, " ", ""), length: run.length }];
  }
  return Array.from(run, () => ({ shown: "·", length: 1 }));
}

function countOf(count: number, character: string, shown: string): string {
  if (character === " ") return `⟨${count} spaces⟩`;
  return character === "\t" ? `⟨${count} tabs⟩` : `⟨${count} × ${shown}⟩`;
}

/** How characters are shown that were looked at before. */
type Shapes = Map<string, Shape>;
type Shape = Omit<Sign, "length">;

function shapeFrom(shapes: Shapes, character: string, isDisguised: boolean): Shape {
  const key = isDisguised ? `${character} disguised` : character;
  const known = shapes.get(key);
  if (known) return known;
  const shape = shapeOf(character, isDisguised);
  shapes.set(key, shape);
  return shape;
}

/** @param isDisguised whether it stands in a word of several scripts */
function shapeOf(character: string, isDisguised: boolean): Shape {
  if (character === "\t") return { shown: "⇥", isMarked: true };
  if (/^[!-~]$/.test(character)) {
    return { shown: character, isNeutral: !/[A-Za-z]/.test(character) };
  }
  const isEmoji = (character.codePointAt(0) ?? 0) >= 0x1f300;
  if (PLAIN.test(character) && (!isEmoji || EMOJI.test(character))) return { shown: character };
  const script = SCRIPTS.find(({ letters }) => letters.test(character));
  if (!script || (isDisguised && !script.isUnspaced)) {
    return { shown: codePointEscape(character), isMarked: true };
  }
  return { shown: character, script };
}

function codePointEscape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * Whether the word at an index mixes scripts, as one does that is to be taken for another. Is asked
 * for indexes in their order.
 */
function disguisedIn(line: string): (index: number) => boolean {
  if (ASCII.test(line)) return () => false;
  const words = [...line.matchAll(WORD)].filter(([word]) => isMixed(word));
  let next = 0;
  return (index) => {
    for (let word = words[next]; word && word.index + word[0].length <= index; word = words[next]) {
      next++;
    }
    return (words[next]?.index ?? Number.POSITIVE_INFINITY) <= index;
  };
}

function isMixed(word: string): boolean {
  if (ASCII.test(word)) return false;
  const scripts = SCRIPTS.filter(
    ({ isUnspaced, letters }) =>
      !isUnspaced && [...word].some((character) => letters.test(character)),
  );
  return scripts.length > 1 || (scripts.length === 1 && LATIN.test(word));
}

/** Puts labels around the letters of each script. */
function labelled(signs: readonly Sign[]): readonly MarkedPiece[] {
  const pieces: MarkedPiece[] = [];
  let open: Script | undefined;
  /** Signs after the last letter of the open script, which may still lie within it. */
  let pending: Sign[] = [];
  const close = () => {
    if (open) pieces.push({ shown: "⟩", length: 0 });
    pieces.push(...pending);
    open = undefined;
    pending = [];
  };
  for (const sign of signs) {
    const { script } = sign;
    if (open && sign.isNeutral && !open.isRightToLeft) pending.push(sign);
    else {
      if (script !== open || script === undefined) close();
      else pieces.push(...pending.splice(0));
      if (script && !open) pieces.push({ shown: `⟨${script.name}:`, length: 0 });
      open = script;
      pieces.push(sign);
    }
  }
  close();
  return pieces.map(({ shown, length }) => ({ shown, length }));
}
