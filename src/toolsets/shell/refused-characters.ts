/** Control characters: some cannot be passed, the rest is not seen. */
const CONTROL = /(?![\t\n])\p{Cc}/u;

/**
 * Characters that make the text around them look like another one: controls of the writing
 * direction (Unicode Standard Annex #9, section 2), separators of lines and paragraphs.
 */
const DISGUISE = /[\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

/** Looks like a blank, or like nothing at all, and is part of a word. */
const LOOKALIKE = /^[\p{Zs}\p{Cf}]/u;

/** Why a command cannot be taken whatever its quotes; undefined when it can. */
export function refusedAnywhere(command: string): string | undefined {
  const found = CONTROL.exec(command)?.[0] ?? DISGUISE.exec(command)?.[0];
  if (found !== undefined) return `it holds ${characterName(found)}, which cannot be seen`;
  if (!command.isWellFormed()) return "it holds half a character, which cannot be passed";
  return undefined;
}

/** Why the unquoted character at an index cannot be taken; undefined when it can. */
export function lookalikeOf(command: string, index: number): string | undefined {
  const char = String.fromCodePoint(command.codePointAt(index) ?? 0);
  if (!LOOKALIKE.test(char)) return undefined;
  return `it holds ${characterName(char)}, which does not separate words as a space does; type a space, or quote it`;
}

/** What separates words; a line break ends a command instead. */
export function separatesWords(char: string): boolean {
  return char === " " || char === "\t";
}

function characterName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `the character U+${code}`;
}
