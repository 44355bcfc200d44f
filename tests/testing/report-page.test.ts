import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";

const CHROMIUM = "/usr/bin/chromium";
const EVIL = '</pre><script>document.title = "taken"</script><img src=x onerror="alert(1)">';
const TIMEOUT_MS = 120_000;

let project: VitestProject;

beforeAll(async () => {
  project = vitestProject({
    "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou greet.\n",
    "answers.yaml": `- ${JSON.stringify(`Hello. ${EVIL}`)}\n`,
    "main.cases.yaml": [
      "script: answers.yaml",
      "cases:",
      "  - { name: greets, input: Hello., expect: { output: { contains: Hello } } }",
      "  - { name: says goodbye, input: Goodbye., expect: { output: Goodbye. } }",
      "",
    ].join("\n"),
  });
  await project.test(["--mode", "record"]);
  const { code } = await project.test(["--report", "report.html"]);
  expect(code).toBe(1);
}, TIMEOUT_MS);

afterAll(() => project[Symbol.dispose]());

describe("the page of a test run", () => {
  test("needs nothing beside it, and shows what a model said as text", () => {
    const html = readFileSync(join(project.path, "report.html"), "utf8");
    expect(html).not.toMatch(/<link|<iframe|@import|url\(|<img|<script src/i);
    expect(html).not.toContain("</pre><script>");
    expect(html).toContain("&lt;script&gt;");
  });

  const isThere = existsSync(CHROMIUM);
  const title = isThere ? "works in a browser" : `is not tried in a browser: no ${CHROMIUM}`;
  test.runIf(isThere)(title, async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
      const told = eventsOf(page);
      await page.goto(`file://${join(project.path, "report.html")}`);
      expect(await page.title()).not.toBe("taken");
      const shown = page.locator("details.test:visible");
      expect(await shown.count()).toBe(2);
      await page.locator('button[data-state="failed"]').click();
      expect(await shown.allInnerTexts()).toEqual([expect.stringContaining("says goodbye")]);
      await page.locator('button[data-state=""]').click();
      await page.locator("#search").fill("greets");
      expect(await shown.count()).toBe(1);
      await page.locator("#fold").click();
      expect(await shown.textContent()).toContain(EVIL);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      expect(told).toEqual([]);
    } finally {
      await browser.close();
    }
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
