import type { Json } from "../model/json.ts";
import { escapedForPattern } from "./replace-matches.ts";
import type { RewriteRule } from "./rules.ts";
import { mentionsDigits } from "./text-rewriter.ts";
import { embeddable, typedPlaceholders } from "./typed-placeholder.ts";

/** What stands for a hidden value, as it was found. */
export interface FoundPlaceholder {
  readonly text: string;
  /** The rule that it is of; the first one, where several have the same. */
  readonly rule: RewriteRule;
}

interface Marks {
  readonly rule: RewriteRule;
  readonly pattern: RegExp;
}

/** Finds what `redact` rules put in the place of what they hide. */
export class PlaceholderFinder {
  readonly #marks: readonly Marks[];

  constructor(rules: readonly RewriteRule[]) {
    this.#marks = rules.map((rule) => ({ rule, pattern: marksOf(rule) }));
  }

  /** The placeholders in JSON data: in its texts, its keys and its numbers. */
  find(value: Json): readonly FoundPlaceholder[] {
    const found: FoundPlaceholder[] = [];
    if (this.#marks.length > 0) this.#walk(value, found);
    return found;
  }

  #walk(value: Json, found: FoundPlaceholder[]): void {
    if (typeof value === "string") this.#search(value, found);
    else if (typeof value === "number") this.#search(String(value), found);
    else if (typeof value === "object" && value !== null) {
      for (const [key, field] of Object.entries(value)) {
        if (!Array.isArray(value)) this.#search(key, found);
        if (field !== undefined) this.#walk(field as Json, found);
      }
    }
  }

  #search(text: string, found: FoundPlaceholder[]): void {
    for (const { rule, pattern } of this.#marks) {
      for (const [match] of text.matchAll(pattern)) found.push({ text: match, rule });
    }
  }
}

/** Nothing at all, where a rule puts nothing in the place of a match. */
const NEVER = "(?!)";

/**
 * Digits that stand for others, in the layout of a telephone number or in none. Fewer than four are
 * found by themselves too often.
 */
const DIGITS = String.raw`(?<![\w.])[+-]?\(?9(?:[ ().-]{0,2}0){2,18}[ ().-]{0,2}9(?!\w)`;

function marksOf({ pattern, replacement, number }: RewriteRule): RegExp {
  const texts = [...embeddable(typedPlaceholders(replacement), replacement), replacement];
  const marks = texts.filter((text) => text !== "").map(escapedForPattern);
  if (number !== undefined)
    marks.push(`(?<![\\w.])${escapedForPattern(String(number))}(?!\\w|\\.\\d)`);
  else if (mentionsDigits(pattern)) marks.push(DIGITS);
  return new RegExp(marks.length > 0 ? marks.join("|") : NEVER, "g");
}
