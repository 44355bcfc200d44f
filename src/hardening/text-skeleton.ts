import { lengthClass } from "./length-class.ts";

/** Characters of a text that its skeleton is made from: enough to tell texts apart that people wrote. */
const READ_CHARS = 256;

/** Digits that are counted: years and two-digit days differ, long numbers are just long. */
const COUNTED_DIGITS = 4;

/**
 * What follows one another in a text: upper case, lower case, digits, white space, a letter without
 * case or a mark on one, or any other character as often as it stands there.
 */
const RUN = /\p{Lu}+|\p{Ll}+|\p{Nd}+|\s+|[\p{L}\p{M}]+|(.)\1*/gsu;

/**
 * The skeleton of a text: each run of characters of one class as one sign.
 *
 * - letters: `A` for upper case, `a` for lower case, `x` for letters without case and marks
 * - digits: one `9` each up to four, `9+` for more
 * - white space: a space, or a line end where it holds one
 * - any other character: itself, twice where it stands more than once in a row
 *
 * Of a text with more than 256 characters these are read, and `…` with a length class follows: 256-511,
 * 512-1023 and so on. Long texts that people wrote are thus nearly all of a shape of their own, as they
 * should be: no guard can tell from the shape of such a text that it will fare like another.
 *
 * @example
 * textSkeleton("Ada Lovelace <ada@example.org>"); // Aa Aa <a@a.a>
 */
export function textSkeleton(text: string): string {
  const skeleton = text.slice(0, READ_CHARS).replace(RUN, signOf);
  return text.length > READ_CHARS ? `${skeleton}…${lengthClass(text.length)}` : skeleton;
}

/** The runs of a text, in order: joined they are the text. */
export function runsOf(text: string): readonly string[] {
  return text.match(RUN) ?? [];
}

function signOf(run: string): string {
  if (/^\p{Lu}/u.test(run)) return "A";
  if (/^\p{Ll}/u.test(run)) return "a";
  if (/^\p{Nd}/u.test(run)) return signOfDigits([...run].length);
  if (/^\s/.test(run)) return /[\n\r]/.test(run) ? "\n" : " ";
  if (/^[\p{L}\p{M}]/u.test(run)) return "x";
  const [character = ""] = run;
  return run === character ? character : character.repeat(2);
}

function signOfDigits(count: number): string {
  return count > COUNTED_DIGITS ? "9+" : "9".repeat(count);
}
