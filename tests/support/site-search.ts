import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** One page that was found, as SearXNG's JSON has it. */
interface SearchResult {
  readonly url: string;
  readonly title: string;
  /** The beginning of the page's text. */
  readonly content: string;
}

/** Characters of a page that a result shows. */
const SHOWN_TEXT = 160;

/** The pages of `folder/HOST/PATH.html` that have words of a query, those with most of them first. */
export function searchSite(folder: string, query: string): readonly SearchResult[] {
  const wanted = new Set(wordsOf(query));
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".html"))
    .toSorted()
    .map((path) => pageAt(folder, path))
    .map((page) => ({ page, hits: countHits(wanted, `${page.title} ${page.text}`) }))
    .filter(({ hits }) => hits > 0)
    .toSorted((a, b) => b.hits - a.hits)
    .map(({ page: { url, title, text } }) => ({ url, title, content: text.slice(0, SHOWN_TEXT) }));
}

function pageAt(folder: string, path: string): { url: string; title: string; text: string } {
  const html = readFileSync(join(folder, path), "utf8");
  const body = html.slice(Math.max(html.indexOf("<body"), 0));
  return {
    url: `http://${path.replaceAll(sep, "/")}`,
    title: /<title>(.*?)<\/title>/.exec(html)?.[1] ?? path,
    text: body
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  };
}

function countHits(wanted: ReadonlySet<string>, text: string): number {
  const words = new Set(wordsOf(text));
  return [...wanted].filter((word) => words.has(word)).length;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]{3,}/g) ?? [];
}
