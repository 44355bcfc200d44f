import { createRequire } from "node:module";
import { printable, shortened } from "./printable.ts";

// Loaded by the first comparison: most reports have none.
const require = createRequire(import.meta.url);

/** Characters of unchanged text that are shown on each side of a change. */
const CONTEXT = 40;

/** Characters that are compared word by word; texts that differ in more are different texts. */
const LONGEST_COMPARED = 2000;

/** Characters of a changed stretch that are shown. */
const LONGEST_CHANGE = 300;

/** Changed stretches that are shown. */
const MOST_CHANGES = 8;

/** Characters of the words that a summary names. */
const LONGEST_WORDS = 40;

/** One stretch of a comparison: what both texts have, or what each has in its place. */
type Stretch =
  | { readonly kind: "kept"; readonly text: string }
  | { readonly kind: "changed"; readonly recorded: string; readonly asked: string };

/** What turns one text into another, word by word. */
export class WordDiff {
  readonly #stretches: readonly Stretch[];

  constructor(recorded: string, asked: string) {
    this.#stretches = stretchesOf(recorded, asked);
  }

  /** On one line: `kept [-removed-] {+added+} kept`, long stretches cut. */
  get line(): string {
    const last = this.#stretches.length - 1;
    let changes = 0;
    let out = "";
    for (const [index, stretch] of this.#stretches.entries()) {
      if (stretch.kind === "kept") {
        out += keptText(stretch.text, index === 0, index === last);
      } else if (++changes > MOST_CHANGES) {
        return `${out}…`;
      } else {
        const { recorded, asked } = stretch;
        if (recorded !== "") out += `[-${shortened(printable(recorded), LONGEST_CHANGE)}-]`;
        if (asked !== "") out += `{+${shortened(printable(asked), LONGEST_CHANGE)}+}`;
      }
    }
    return out;
  }

  /** In words: `"files" is now "photos"`; undefined when nothing changed. */
  get summary(): string | undefined {
    const changes = this.#stretches.filter((stretch) => stretch.kind === "changed");
    const [first] = changes;
    if (!first) return undefined;
    const more = changes.length > 1 ? `, and ${changes.length - 1} more` : "";
    const [recorded, asked] = [words(first.recorded), words(first.asked)];
    if (recorded === asked) return `white space${more}`;
    if (recorded === "") return `${asked} was added${more}`;
    if (asked === "") return `${recorded} was removed${more}`;
    return `${recorded} is now ${asked}${more}`;
  }
}

function words(text: string): string {
  const trimmed = printable(text.trim());
  return trimmed === "" ? "" : `"${shortened(trimmed, LONGEST_WORDS)}"`;
}

function keptText(text: string, isFirst: boolean, isLast: boolean): string {
  if (text.length <= 2 * CONTEXT) return printable(text);
  const head = isFirst ? "" : printable(text.slice(0, CONTEXT));
  const tail = isLast ? "" : printable(text.slice(-CONTEXT));
  return `${head}…${tail}`;
}

function stretchesOf(recorded: string, asked: string): readonly Stretch[] {
  const start = commonStart(recorded, asked);
  const end = commonEnd(recorded.slice(start), asked.slice(start));
  const left = recorded.slice(start, recorded.length - end);
  const right = asked.slice(start, asked.length - end);
  const kept = (text: string): Stretch[] => (text === "" ? [] : [{ kind: "kept", text }]);
  const isLong = Math.max(left.length, right.length) > LONGEST_COMPARED;
  const changed: readonly Stretch[] = isLong
    ? [{ kind: "changed", recorded: left, asked: right }]
    : comparedWords(left, right);
  return [
    ...kept(recorded.slice(0, start)),
    ...changed,
    ...kept(recorded.slice(recorded.length - end)),
  ];
}

/** Words whole, with what may stand within one (dates, paths, ids), then whatever is between them. */
const WORDS = /[./~@]*[\p{L}\p{N}\p{M}_](?:[-.:/@]*[\p{L}\p{N}\p{M}_])*|\s+|[\s\S]/gu;

/** A character that may belong to a word. */
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}_.:/@-]/u;

const ANY_WORD = /[\p{L}\p{N}]/u;

function comparedWords(recorded: string, asked: string): readonly Stretch[] {
  const { diffArrays } = require("diff") as typeof import("diff");
  const stretches: Stretch[] = [];
  for (const change of diffArrays(recorded.match(WORDS) ?? [], asked.match(WORDS) ?? [])) {
    const text = change.value.join("");
    if (!change.added && !change.removed) stretches.push({ kind: "kept", text });
    else addChange(stretches, change.removed ? text : "", change.added ? text : "");
  }
  return stretches;
}

/** Adds a change; what has no word between it and the change before belongs to both. */
function addChange(stretches: Stretch[], recorded: string, asked: string): void {
  const last = stretches.pop();
  if (last?.kind === "changed") {
    const both = { recorded: last.recorded + recorded, asked: last.asked + asked };
    stretches.push({ kind: "changed", ...both });
  } else if (last && stretches.at(-1)?.kind === "changed" && !ANY_WORD.test(last.text)) {
    addChange(stretches, last.text + recorded, last.text + asked);
  } else {
    if (last) stretches.push(last);
    stretches.push({ kind: "changed", recorded, asked });
  }
}

/** Length of what both texts begin with, up to the beginning of a word. */
function commonStart(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  let length = 0;
  while (length < shorter && left[length] === right[length]) length++;
  const inWord = (text: string) => WORD_CHARACTER.test(text[length] ?? " ");
  if (inWord(left) || inWord(right) || isHalf(left[length])) {
    while (length > 0 && !isBoundary(left[length - 1])) length--;
  }
  return length;
}

/** Length of what both texts end with, from the end of a word. */
function commonEnd(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  let length = 0;
  while (length < shorter && left.at(-1 - length) === right.at(-1 - length)) length++;
  const inWord = (text: string) => WORD_CHARACTER.test(text.at(-1 - length) ?? " ");
  if (inWord(left) || inWord(right) || isHalf(left.at(-1 - length))) {
    while (length > 0 && !isBoundary(left.at(-length))) length--;
  }
  return length;
}

function isBoundary(character: string | undefined): boolean {
  return character === undefined || !(WORD_CHARACTER.test(character) || isHalf(character));
}

/** Whether it is one half of a character beyond the first 65,536. */
function isHalf(character: string | undefined): boolean {
  return character !== undefined && /[\ud800-\udfff]/.test(character);
}
