import { guessBits } from "./guess-bits.ts";

/**
 * Bits a character that random texts do not fall below: measured on 40,000 of each common alphabet.
 * Few characters vary more.
 */
const LEAST_BITS_A_CHARACTER = { short: 1.1, long: 2.3 } as const;

const LONG = 24;

/** What documentation writes into credentials; random characters hold none of these words. */
const TELLING_WORDS =
  /example|placeholder|sample|dummy|redacted|change.?me|replace|insert|goes.?(?:right.?|in.?)?here|your[-_. ]?(?:own|real|api|access|auth|token|key|secret|value|password|new|org)|invalid|not.?a.?(?:real|key|token|secret)/i;

/** One character that is repeated; `A` stands for zeros in base64. */
const FILLED = /([^A])\1{7}/;

/** The digits of the number alone say nothing: numbers are counted up in tests and at banks. */
const NUMBER = /^\d+$/;

/**
 * Whether documentation or a form writes this where a credential has its random part: words, one
 * character over and over, characters in the order of the alphabet.
 */
export function isPlaceholder(body: string): boolean {
  if (FILLED.test(body) || TELLING_WORDS.test(body)) return true;
  if (NUMBER.test(body)) return false;
  return body.length < LONG
    ? guessBits(body) < body.length * LEAST_BITS_A_CHARACTER.short
    : !isUnguessable(body);
}

/** Characters at either end of a long text that tell how hard it is to guess: each costs a look. */
const TELLING_CHARACTERS = 400;

/** Whether each character of a text is about as hard to guess as a random one. */
export function isUnguessable(text: string): boolean {
  if (text.length <= 2 * TELLING_CHARACTERS) return isHard(text);
  return isHard(text.slice(0, TELLING_CHARACTERS)) || isHard(text.slice(-TELLING_CHARACTERS));
}

function isHard(text: string): boolean {
  return guessBits(text) >= text.length * LEAST_BITS_A_CHARACTER.long;
}

/** Text that is as hard to guess as two words: a random one of eight characters has twice as much. */
const LEAST_BITS = 20;

/** Shorter values occur in ordinary texts. */
export const SHORTEST_SECRET = 8;

/**
 * Whether a value can be told from ordinary text, so that finding it means something. `postgres`,
 * `changeme` and `password123` are in many texts that have nothing to do with a password;
 * `correct-horse-battery` and `x7Kp2mQ9` are in none.
 */
export function isStrong(value: string): boolean {
  return value.length >= SHORTEST_SECRET && guessBits(value) >= LEAST_BITS;
}
