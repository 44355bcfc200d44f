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

/**
 * Words that stand in placeholders, in passwords of development and in names of things. A guesser
 * tries them first.
 */
const WEAK_WORDS = new Set(
  `access account admin administrator alpha another api app apple application async auth backend bar
  base basic beta buffer build cache cafebabe central change changeme check client cloud code config connection
  credential credentials data database deadbeef default demo deploy dev development docker dummy east elastic
  empty enabled disabled env eu environment example fake false file foo fill from goes guest hash
  hello here hostname host http https iloveyou insert internal invalid is it key keys latest letmein live
  local localhost login main master me mine mock mode model module mongo mongodb my mysql name
  never node none north not null oauth off on only oracle other own pass passwd password phrase
  placeholder please postgres postgresql private prod production project public put pwd qwerty qwertyuiop
  rabbitmq random read real redis release remote replace root sample script secret secrets server
  service session set shared some something south sqlserver staging stage start string super support
  system temp temporary test testing tests text that the thing this to todo token tokens true
  undefined unset url us use user username value var variable welcome west with word work world write your`.split(
    /\s+/,
  ),
);

/** A weak word that is long enough to be one inside of a longer run of letters. */
const LONG_WEAK_WORD = new RegExp([...WEAK_WORDS].filter((word) => word.length > 5).join("|"));

/** The pairs of letters that make up most of an English text; of random letters they make up 15 %. */
const COMMON_PAIRS = new Set(
  `th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co
  me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us
  ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa
  im mi ai sh ir su id os iv ia`.split(/\s+/),
);

/** What is guessed at once: a run of one character, letters of one case, digits, one other character. */
const PIECES = /(.)\1{2,}|\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\d+|./gsu;

const SEPARATORS = /([\s\-_./:,;=@+])/;

/** Bits of one choice of its kind, rounded. */
const BITS = {
  /** One of two thousand. */
  word: 11,
  weakWord: 3,
  letter: 4.7,
  letterOfEitherCase: 5.7,
  digit: 3.3,
  /** Its beginning, and how often. */
  repetition: 5,
  separator: 1,
  symbol: 4,
} as const;

/** Shorter runs of letters occur in anything, longer ones are seldom one word. */
const WORD_LETTERS = { least: 4, most: 14 } as const;

/** Of random letters few are so long and still have the pairs of a word. */
const LONG_WORD = 8;

/** Characters that go on from each other, and are one thing to guess. */
const SHORTEST_SEQUENCE = { digits: 4, letters: 5 } as const;

/** Characters of a pattern that is repeated, at most. */
const LONGEST_UNIT = 6;

/**
 * Estimates the work of guessing a text, in bits, for somebody who tries words, repetitions and
 * sequences before anything else. Random characters cost three to six bits each, words eleven bits
 * together, placeholders next to nothing.
 *
 * @example
 * guessBits("postgres"); // 3
 * guessBits("correct horse battery staple"); // 47
 * guessBits("xxxxxxxxxxxxxxxxxxxx"); // 10
 */
function guessBits(text: string): number {
  const unit = repeatedUnit(text);
  if (unit !== undefined) return guessBits(unit) + BITS.repetition;
  const letter =
    /\p{Lu}/u.test(text) && /\p{Ll}/u.test(text) ? BITS.letterOfEitherCase : BITS.letter;
  let bits = 0;
  for (const part of text.split(SEPARATORS)) bits += partBits(part, letter);
  return bits;
}

/** Bits of what stands between two separators, or of one. */
function partBits(part: string, letter: number): number {
  const [, core = part, end = ""] = /^(.*?[a-z$@])([\d!?.*#]{0,4})$/is.exec(part) ?? [];
  if (WEAK_WORDS.has(withoutLeet(core))) return BITS.weakWord + end.length;
  let bits = 0;
  for (const [piece, repeated] of part.matchAll(PIECES)) {
    bits += repeated === undefined ? pieceBits(piece, letter) : BITS.repetition;
  }
  return bits;
}

function pieceBits(piece: string, letter: number): number {
  if (/^\d/.test(piece)) {
    const isCounted = isSequence(piece, SHORTEST_SEQUENCE.digits);
    return isCounted ? BITS.repetition : piece.length * BITS.digit;
  }
  if (!/^\p{L}/u.test(piece)) return SEPARATORS.test(piece) ? BITS.separator : BITS.symbol;
  const word = piece.toLowerCase();
  if (WEAK_WORDS.has(word)) return BITS.weakWord;
  if (isSequence(word, SHORTEST_SEQUENCE.letters)) return BITS.repetition;
  const weak = LONG_WEAK_WORD.exec(word)?.[0];
  if (weak !== undefined) {
    const [before = "", after = ""] = word.split(weak, 2);
    return BITS.weakWord + [before, after].reduce((sum, rest) => sum + restBits(rest, letter), 0);
  }
  return isWord(word) ? BITS.word : piece.length * letter;
}

/** Bits of what stands beside a weak word; nothing costs nothing. */
function restBits(rest: string, letter: number): number {
  return rest === "" ? 0 : pieceBits(rest, letter);
}

/** `abcdef`, `4567890`, and nothing else in it. */
function isSequence(text: string, shortest: number): boolean {
  if (text.length < shortest) return false;
  for (let index = 1; index < text.length; index++) {
    const step = text.charCodeAt(index) - text.charCodeAt(index - 1);
    if (step !== 1 && !(text[index - 1] === "9" && text[index] === "0")) return false;
  }
  return true;
}

/** Whether letters can be spoken, and follow each other as in words. */
function isWord(letters: string): boolean {
  if (letters.length < WORD_LETTERS.least || letters.length > WORD_LETTERS.most) return false;
  if (/[^aeiouy]{5}|[aeiou]{4}/.test(letters)) return false;
  if (/[^a-z]/.test(letters)) return true; // of a language whose pairs are not listed
  const vowels = letters.replace(/[^aeiouy]/g, "").length / letters.length;
  if (vowels < 0.2 || vowels > 0.67) return false;
  let common = 0;
  for (let index = 1; index < letters.length; index++) {
    if (COMMON_PAIRS.has(letters.slice(index - 1, index + 1))) common++;
  }
  return common / (letters.length - 1) >= (letters.length < LONG_WORD ? 0.4 : 0.5);
}

/** What a text is a repetition of, if it is short; the last one may be cut. */
function repeatedUnit(text: string): string | undefined {
  for (let length = 1; length <= Math.min(LONGEST_UNIT, text.length / 3); length++) {
    if (text.slice(length) === text.slice(0, -length)) return text.slice(0, length);
  }
  return undefined;
}

const LEET: Readonly<Record<string, string>> = {
  0: "o",
  1: "i",
  3: "e",
  4: "a",
  5: "s",
  7: "t",
  $: "s",
  "@": "a",
};

function withoutLeet(text: string): string {
  return text.toLowerCase().replace(/[013457$@](?=.)/g, (sign) => LEET[sign] ?? sign);
}
