import type { Rewrites } from "../../cassette/rules/rules.ts";

/** A text before and after one word of it was changed. */
export interface TextChange {
  readonly before: string;
  readonly after: string;
  /** Whether the project's `volatile` rules make both the same. */
  readonly isHidden: boolean;
}

const WORD = /[\p{L}\p{N}_]+/gu;

/** A word that says something: the first choice where one word stands for all. */
const LEAST_LETTERS = 4;

/** Hidden words of one text that are worth a mutation each. */
const MOST_HIDDEN = 3;

/** Words that are looked at for what hides them; rules are run over the whole text for each. */
const MOST_WORDS = 1000;

/** What a text without words is changed into. */
const ADDED = "changed";

/**
 * One change of a text that its readers must notice; one that rules hide where there is no other,
 * and undefined where all of it is redacted: nobody can notice that.
 */
export function changeOf(text: string, rewrites: Rewrites): TextChange | undefined {
  let hidden: TextChange | undefined;
  for (const change of candidates(text, rewrites)) {
    if (!change.isHidden) return change;
    hidden ??= change;
  }
  return hidden;
}

/**
 * The changes that are worth making to a text which stands in the project's own files: one that
 * must be noticed, and some of those that rules hide. What somebody wrote does not change by
 * itself, so that a rule which fits it hides an edit.
 */
export function changesOf(text: string, rewrites: Rewrites): readonly TextChange[] {
  const one = changeOf(text, rewrites);
  if (!one || one.isHidden || !rewrites.request) return one ? [one] : [];
  return [one, ...hiddenChanges(text, rewrites)];
}

/** A text with each of its words changed. */
export function changeEachWord(text: string): string {
  const words = wordsOf(text);
  if (words.length === 0) return withWord(text);
  return text.replace(WORD, (word) => {
    const characters = [...word];
    return [...characters.slice(0, -1), nextOf(characters.at(-1) ?? "")].join("");
  });
}

/** The first of each stretch of hidden words, which one match of a rule covers. */
function hiddenChanges(text: string, rewrites: Rewrites): readonly TextChange[] {
  const found: TextChange[] = [];
  let wasHidden = false;
  for (const word of wordsOf(text).slice(0, MOST_WORDS)) {
    const hidden = changesOfWord(text, word, rewrites).find(({ isHidden }) => isHidden);
    if (hidden && !wasHidden) found.push(hidden);
    if (found.length === MOST_HIDDEN) break;
    wasHidden = hidden !== undefined;
  }
  return found;
}

function* candidates(text: string, rewrites: Rewrites): Generator<TextChange> {
  const words = wordsOf(text);
  if (words.length === 0) {
    const after = withWord(text);
    yield { before: text, after, isHidden: isSame(rewrites.request, text, after) };
  }
  // From the middle on: headings and greetings are what a text shares with others.
  const turned = [...words.slice(words.length / 2), ...words.slice(0, words.length / 2)];
  const telling = turned.filter(({ text: word }) => word.length >= LEAST_LETTERS);
  for (const word of [...telling, ...turned].slice(0, MOST_WORDS)) {
    yield* changesOfWord(text, word, rewrites);
  }
}

function withWord(text: string): string {
  return text === "" ? ADDED : `${text} ${ADDED}`;
}

interface Word {
  readonly text: string;
  readonly at: number;
}

function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({ text: word, at: index }));
}

/** A word with its last or its first character changed, unless that is redacted. */
function changesOfWord(text: string, { text: word, at }: Word, rewrites: Rewrites): TextChange[] {
  const characters = [...word];
  const places = new Set([characters.length - 1, 0]);
  return [...places].flatMap((place) => {
    const changed = characters.map((one, index) => (index === place ? nextOf(one) : one)).join("");
    const after = text.slice(0, at) + changed + text.slice(at + word.length);
    if (isSame(rewrites.redact, text, after)) return [];
    return [{ before: text, after, isHidden: isSame(rewrites.request, text, after) }];
  });
}

/** Characters that come round: what is changed keeps the shape of a date, a number or an id. */
const CIRCLES = ["0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ"];

function nextOf(character: string): string {
  const circle = CIRCLES.find((one) => one.includes(character));
  if (circle === undefined) return "x";
  return circle[(circle.indexOf(character) + 1) % circle.length] ?? character;
}

function isSame(rewrite: Rewrites["request"], before: string, after: string): boolean {
  return rewrite !== undefined && rewrite(before) === rewrite(after);
}
