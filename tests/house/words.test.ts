import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const src = resolve(import.meta.dirname, "../../src");

const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .filter((file) => !file.startsWith("words/"))
  .map((file) => ({ file, text: readFileSync(`${src}/${file}`, "utf8") }));

function holding(pattern: RegExp): readonly string[] {
  return sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
}

// A share that a file rounds by itself is rounded up after "at least" sooner or later.
test("percentages are made in words/ only", () => {
  expect(sources.length).toBeGreaterThan(300);
  expect(holding(/\} %/)).toEqual([]);
  expect(holding(/function (percent\w*|\w+Percent)\(share\b/)).toEqual([]);
});

// What is rounded to the nearest is above itself half of the time.
test("no bound is told with a number that a file rounds by itself", () => {
  const told =
    /(?:at least|at most|up to|below) [^`"]*\$\{[^}]*(?:toFixed|toPrecision|Math\.round)/i;
  expect("at least ${usd.toFixed(2)}").toMatch(told);
  expect(holding(told)).toEqual([]);
});

test("counts are put into words in words/ only", () => {
  expect(holding(/function (counted|grouped|times)\(count\b/)).toEqual([]);
  expect(holding(/=== 1 \? "" : "s"/)).toEqual([]);
  expect(holding(/toLocaleString\(/)).toEqual([]);
});
