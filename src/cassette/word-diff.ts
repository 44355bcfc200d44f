import { diffWordsWithSpace } from "diff";

/** Characters of unchanged text that are shown on each side of a change. */
const CONTEXT = 40;

/** Two texts as one line: `kept [-removed-] {+added+} kept`, long unchanged stretches cut. */
export function wordDiff(recorded: string, asked: string): string {
  const changes = diffWordsWithSpace(recorded, asked);
  return changes
    .map(({ value, added, removed }, index) => {
      const text = JSON.stringify(value).slice(1, -1);
      if (added) return `{+${text}+}`;
      if (removed) return `[-${text}-]`;
      return shorten(text, index === 0, index === changes.length - 1);
    })
    .join("");
}

function shorten(text: string, isFirst: boolean, isLast: boolean): string {
  if (text.length <= 2 * CONTEXT) return text;
  const head = isFirst ? "" : text.slice(0, CONTEXT);
  const tail = isLast ? "" : text.slice(-CONTEXT);
  return `${head}…${tail}`;
}

/** The words that only one of two texts has. */
export function changedWords(recorded: string, asked: string): readonly string[] {
  return diffWordsWithSpace(recorded, asked)
    .filter(({ added, removed }) => added || removed)
    .map(({ value }) => value.trim())
    .filter((value) => value !== "");
}
