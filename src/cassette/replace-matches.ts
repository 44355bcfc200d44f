/** A pattern with the flag `g` and what stands for each of its matches. */
export interface Replacing {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** A stretch of text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The text with its matches replaced; what stands for a match is left alone. */
export function replaceMatches(
  text: string,
  { pattern, replacement }: Replacing,
  placeholders: readonly string[],
): string {
  let out = "";
  let from = 0;
  for (const { start, end } of matchesIn(text, pattern, placeholders)) {
    out += text.slice(from, start) + replacement;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Where a pattern finds something that is not within a placeholder. */
export function matchesIn(
  text: string,
  pattern: RegExp,
  placeholders: readonly string[],
): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { 0: match, index: start } of text.matchAll(pattern)) {
    const end = start + match.length;
    if (match === "" || isPlaceholder(text, { start, end }, placeholders)) continue;
    found.push({ start, end });
  }
  return found;
}

/** Whether a stretch of text lies wholly within a placeholder. */
function isPlaceholder(
  text: string,
  { start, end }: Stretch,
  placeholders: readonly string[],
): boolean {
  return placeholders.some((placeholder) => {
    for (let at = Math.max(0, end - placeholder.length); at <= start; at++) {
      if (text.startsWith(placeholder, at)) return true;
    }
    return false;
  });
}

/** A text as a pattern that matches it and nothing else. */
export function escapedForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
