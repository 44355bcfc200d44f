import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { escapeHtml } from "../../src/report/html.ts";
import { ComparedProject, slugTool, titles } from "../support/compared-project.ts";

const CHROMIUM = "/usr/bin/chromium";

const EVIL = '</code><script>document.title = "taken"</script><img src=x onerror="alert(1)">';

/** A comparison in which every text of others tries to be markup. */
async function hostileProject(): Promise<ComparedProject> {
  const project = new ComparedProject({
    "slug.ts": slugTool(
      `input.endsWith("9") ? ${JSON.stringify(`${EVIL} | tool`)} : input.endsWith("8") ? fail() : input`,
      {
        before: `function fail(): never { throw new Error(${JSON.stringify(EVIL)}); }`,
      },
    ),
  });
  const inputs = titles(100).map((title, index) => `${title} ${EVIL} ${index}`);
  const answer = (title: string) => (title.endsWith("7") ? `${title}\u202e*[x](y)*` : title);
  await project.record({ inputs, answer });
  // So low a claim that the holdout is looked at, which has plots.
  await project.compare("--claim", "0.01");
  return project;
}

/** Elements that have no end. */
const VOID = new Set(["meta", "img", "br", "line", "circle", "rect"]);

/** The names of elements that are open where they should not be, in a page of our own making. */
function unbalanced(html: string): readonly string[] {
  const open: string[] = [];
  for (const [, end, name = "", rest = ""] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^<>]*)>/g)) {
    if (VOID.has(name) || rest.endsWith("/")) continue;
    if (end === "") open.push(name);
    else if (open.pop() !== name) return [name];
  }
  return open;
}

describe("the page of a comparison", () => {
  test("is whole, needs nothing else, and shows others' markup as text", async () => {
    using project = await hostileProject();
    const html = project.read("hardening/slug/compare.html");
    expect(unbalanced(html)).toEqual([]);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|@import|url\(|https?:/i);
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("\u202e");
  });

  test("holds the figures of the report in words and in plots", async () => {
    using project = await hostileProject();
    const html = project.read("hardening/slug/compare.html");
    const { headline, train } = project.report();
    expect(html).toContain(escapeHtml(headline));
    expect(html).toContain("Tokens of a call");
    expect(html).toContain(`on train inputs: ${train.agreed} of ${train.n} agree`);
    expect(html).toContain("prefers-color-scheme: dark");
  });

  test.runIf(existsSync(CHROMIUM))("opens in a browser without a request or an error", async () => {
    using project = await hostileProject();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width: 390, height: 800 } });
        const told = eventsOf(page);
        await page.goto(`file://${join(project.path, "hardening/slug/compare.html")}`);
        expect(await page.title()).toMatch(/^slug\.worker against slug\.ts#slug/);
        expect(await page.locator("svg").count()).toBeGreaterThan(0);
        const width = await page.evaluate("document.documentElement.scrollWidth");
        expect(width).toBe(390);
        expect(told).toEqual([]);
      }
    } finally {
      await browser.close();
    }
  });

  test("and its Markdown show others' markup as text", async () => {
    using project = await hostileProject();
    const markdown = project.read("hardening/slug/compare.md");
    const outside = markdown.replace(/`[^`]*`/g, "");
    expect(outside).not.toMatch(/(?<!\\)<script/);
  });
});

/** Requests beside the page itself, messages and errors. */
function eventsOf(page: Page): readonly string[] {
  const told: string[] = [];
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", (error) => told.push(String(error)));
  page.on("dialog", (dialog) => told.push(dialog.message()));
  page.on("request", (request) => {
    if (!request.isNavigationRequest()) told.push(request.url());
  });
  return told;
}

test("no report of a comparison holds what a tool tells of the environment's secrets", async () => {
  const secret = "correct-horse-4711-battery";
  using project = new ComparedProject({
    "slug.ts": slugTool(
      `input.endsWith("9") ? { ["is " + secret]: [secret] } : input.endsWith("8") ? fail() : input`,
      {
        before: `const secret: string = ${JSON.stringify(secret)};
function fail(): never { throw new Error("no answer with " + secret); }`,
      },
    ),
  });
  const inputs = titles(100).map((title, index) => `${title} ${index}`);
  await project.record({ inputs, answer: (title) => title });
  const words = ["compare", "slug.worker", "slug.ts#slug"];
  await project.run(words, { env: { SERVICE_TOKEN: secret } });
  const reports = readdirSync(join(project.path, "hardening/slug")).map((name) => {
    return project.read(`hardening/slug/${name}`);
  });
  expect(reports.filter((text) => text.includes(secret))).toEqual([]);
  expect(reports.filter((text) => /secret(?:>|&gt;)/.test(text)).length).toBeGreaterThan(2);
});
