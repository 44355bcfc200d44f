import { tool, toolset } from "llm-do";
import { z } from "zod";
import { type FetchedText, fetchText } from "./fetch-text.ts";
import { pageText } from "./page-text.ts";
import { publicUrl } from "./public-url.ts";

const webConfig = z.strictObject({
  /** A SearXNG, or what answers in its way; its owner is trusted, so it may be on this machine. */
  search_url: z.url(),
  /** The most characters of one page that a model gets. */
  max_chars: z.int().positive().default(10_000),
  timeout_seconds: z.number().positive().default(20),
});

const searchAnswer = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string(), content: z.string() })),
});

/** How many results a model gets to choose from. */
const MAX_RESULTS = 5;

const PAGES = ["text/html", "text/plain"];

const MS_PER_SECOND = 1000;

/**
 * Both are external: they run when a run is recorded, and a replay answers them from the cassette.
 */
export const web = toolset(webConfig, ({ search_url, max_chars, timeout_seconds }) => {
  const timeoutMs = timeout_seconds * MS_PER_SECOND;
  return toolset({
    search_pages: tool({
      description: "Search the web. Answers with addresses, titles and the beginning of each page.",
      input: z.object({ query: z.string().min(1) }),
      effect: "external",
      preview: ({ query }) => ({ kind: "command", text: `search for ${query}` }),
      run: async ({ query }, { signal }) => {
        const url = new URL(search_url);
        url.searchParams.set("q", query);
        url.searchParams.set("format", "json");
        const { text } = await fetchText(url, { types: ["application/json"], timeoutMs, signal });
        return searchAnswer.parse(JSON.parse(text)).results.slice(0, MAX_RESULTS);
      },
    }),
    fetch_page: tool({
      description: "Fetch a page of the web and answer with its text.",
      input: z.object({ url: z.string() }),
      effect: "external",
      preview: ({ url }) => ({ kind: "command", text: `GET ${url}` }),
      run: async ({ url }, { signal }) => {
        const page = await fetchText(publicUrl(url), {
          types: PAGES,
          timeoutMs,
          signal,
          check: publicUrl,
        });
        const { title, text } = readPage(page);
        const truncated = page.truncated || text.length > max_chars;
        return { url: page.url, title, text: text.slice(0, max_chars), truncated };
      },
    }),
  });
});

function readPage({ type, text }: FetchedText): { title: string; text: string } {
  return type === "text/html" ? pageText(text) : { title: "", text };
}
