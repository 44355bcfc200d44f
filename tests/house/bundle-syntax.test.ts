import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";

const dist = resolve(import.meta.dirname, "../../dist");
const bundle = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".js"),
);

/** Syntax that the sources may use and the oldest Node of package.json does not know. */
const TOO_NEW = /"kind":"(?:await )?using"/;

function tree(name: string, text: string): string {
  const { program, errors } = parseSync(name, text);
  expect(errors).toEqual([]);
  return JSON.stringify(program, (_key, value) => (typeof value === "bigint" ? `${value}` : value));
}

test("the check sees what is too new", () => {
  expect(tree("a.js", "{ using file = open(); }")).toMatch(TOO_NEW);
  expect(tree("a.mjs", "await using file = open();")).toMatch(TOO_NEW);
});

test("the bundle is written in what Node 22.18 knows", () => {
  expect(bundle.length).toBeGreaterThan(10);
  const wrong = bundle.filter((name) =>
    TOO_NEW.test(tree(name, readFileSync(join(dist, name), "utf8"))),
  );
  expect(wrong).toEqual([]);
});
