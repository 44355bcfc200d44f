import { type ChunkedText, chunked, structureOf } from "./chunks.ts";
import { fitsHole, formatHole, type Hole, parseHole } from "./hole.ts";

/** What texts look like that were mined together: chunks that stay, and holes. */
export interface TextPattern {
  readonly between: readonly string[];
  /** In the place of the chunks. */
  readonly parts: readonly (string | Hole)[];
}

/** The pattern as one text: holes in braces, other braces doubled. */
export function formatPattern({ between, parts }: TextPattern): string {
  let text = escaped(between[0] ?? "");
  for (const [index, part] of parts.entries()) {
    text += typeof part === "string" ? part : formatHole(part);
    text += escaped(between[index + 1] ?? "");
  }
  return text;
}

function escaped(text: string): string {
  return text.replace(/[{}]/g, "$&$&");
}

/**
 * Reads a pattern, with the help of a text that it matches: chunks are found in that text, so what a
 * pattern says can be read in one way only.
 *
 * @returns undefined where the pattern does not fit the example
 */
export function parsePattern(text: string, example: string): TextPattern | undefined {
  const { chunks, between } = chunked(example);
  const parts: (string | Hole)[] = [];
  let at = 0;
  const passes = (expected: string) => {
    if (!text.startsWith(expected, at)) return false;
    at += expected.length;
    return true;
  };
  for (const [index, chunk] of chunks.entries()) {
    if (!passes(escaped(between[index] ?? ""))) return undefined;
    if (passes(chunk)) {
      parts.push(chunk);
      continue;
    }
    const end = text.indexOf("}", at);
    const hole = text[at] === "{" && end > at ? parseHole(text.slice(at + 1, end)) : undefined;
    if (!hole || !fitsHole(hole, chunk)) return undefined;
    parts.push(hole);
    at = end + 1;
  }
  const isWhole = passes(escaped(between.at(-1) ?? "")) && at === text.length;
  return isWhole ? { between, parts } : undefined;
}

interface Listed {
  readonly parts: TextPattern["parts"];
  readonly text: string;
  readonly holes: number;
}

/** Patterns of texts that stand at one place of the inputs. */
export class PatternIndex {
  /** Patterns without a hole, by structure and chunks. */
  readonly #fixed = new Map<string, string>();
  /** Patterns with holes, by structure; those with the fewest holes first. */
  readonly #open = new Map<string, Listed[]>();
  readonly #byText = new Map<string, TextPattern>();

  add(pattern: TextPattern): void {
    const text = formatPattern(pattern);
    if (this.#byText.has(text)) return;
    this.#byText.set(text, pattern);
    const { between, parts } = pattern;
    const structure = structureOf({ chunks: [], between });
    const holes = parts.filter((part) => typeof part !== "string").length;
    if (holes === 0) {
      this.#fixed.set(fixedKey(structure, parts as readonly string[]), text); // none is a hole
      return;
    }
    const listed = this.#open.get(structure) ?? [];
    listed.push({ parts, text, holes });
    listed.sort(byHoles);
    this.#open.set(structure, listed);
  }

  /** The pattern that a text matches, formatted; the one with the fewest holes where there are several. */
  find(text: string): string | undefined {
    const cut = chunked(text);
    const structure = structureOf(cut);
    return (
      this.#fixed.get(fixedKey(structure, cut.chunks)) ??
      this.#open.get(structure)?.find(({ parts }) => matches(parts, cut))?.text
    );
  }

  /** The pattern itself that a text matches. */
  match(text: string): TextPattern | undefined {
    const found = this.find(text);
    return found === undefined ? undefined : this.#byText.get(found);
  }
}

function fixedKey(structure: string, chunks: readonly string[]): string {
  return `${structure}\u0001${chunks.join("\u0000")}`;
}

function byHoles(left: Listed, right: Listed): number {
  return left.holes - right.holes || (left.text < right.text ? -1 : 1);
}

function matches(parts: TextPattern["parts"], { chunks }: ChunkedText): boolean {
  return chunks.every((chunk, index) => {
    const part = parts[index] ?? "";
    return typeof part === "string" ? part === chunk : fitsHole(part, chunk);
  });
}
