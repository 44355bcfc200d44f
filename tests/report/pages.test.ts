import { existsSync } from "node:fs";
import fc from "fast-check";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { pageOf } from "../../src/report/page.ts";
import type { Report } from "../../src/report/report.ts";
import { anyReport } from "../support/any-report.ts";

const CHROMIUM = "/usr/bin/chromium";

const SETTINGS = new Set(["kind", "unit", "align", "tone", "language", "x"]);

/** The same report with a harmless word in the place of each text. */
function harmless(report: Report): Report {
  const words = new Map([["", ""]]);
  const wordFor = (text: string) => {
    const word = words.get(text) ?? `word${words.size}`;
    words.set(text, word);
    return word;
  };
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return SETTINGS.has(key) ? value : wordFor(value);
    if (Array.isArray(value)) return value.map((each) => walk(each, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, walk(of, name)]));
  };
  return walk(report, "") as Report; // of the same shape
}

/** Runs in the browser: the elements of a page with the names of their attributes. */
const OUTLINE = `(pages) => pages.map((page) => {
  const parsed = new DOMParser().parseFromString(page, "text/html");
  return [...parsed.querySelectorAll("*")]
    .filter(({ localName }) => localName !== "ins" && localName !== "del")
    .map((element) => [element.localName, ...element.getAttributeNames()].join(" "));
})`;

test.runIf(existsSync(CHROMIUM))(
  "whatever a report says, a browser finds the elements that it would find with harmless words",
  async () => {
    const reports = fc.sample(anyReport(), { numRuns: 150, seed: 4711 });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const pages = [...reports, ...reports.map(harmless)].map(pageOf);
      const found: string[][] = await page.evaluate(`(${OUTLINE})(${JSON.stringify(pages)})`);
      for (const [index, report] of reports.entries()) {
        expect(found[index], JSON.stringify(report)).toEqual(found[index + reports.length]);
      }
      const all = new Set(found.flat().map((element) => element.split(" ")[0]));
      expect([...all].filter((name) => /^(?:script|img|link|iframe|a)$/.test(name ?? ""))).toEqual(
        [],
      );
    } finally {
      await browser.close();
    }
  },
);
