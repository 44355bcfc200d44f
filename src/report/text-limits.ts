import { counted } from "../words/counted.ts";

/** What a terminal and Markdown show of many cases; a page shows all. */
export const TEXT_LIMITS = { groups: 10, cases: 3, characters: 300 } as const;

/** What is not shown: `and 4 more cases`. */
export function moreText(count: number, noun: string): string {
  return `and ${counted(count, `more ${noun}`)}`;
}
