import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";

const folder = resolve(repository, "docs/decisions");
const files = readdirSync(folder).toSorted();
const manifest = JSON.parse(readFileSync(resolve(repository, "package.json"), "utf8")) as {
  // our own file
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

describe("docs/decisions", () => {
  test("counts its files from 001, without gaps", () => {
    expect(files.length).toBeGreaterThan(0);
    files.forEach((file, index) => {
      expect(file).toMatch(new RegExp(`^${String(index + 1).padStart(3, "0")}-[a-z-]+\\.md$`));
    });
  });

  test.each(files)("%s says why, what, and what it costs", (file) => {
    const text = readFileSync(resolve(folder, file), "utf8");
    expect(text).toMatch(new RegExp(`^# ${file.slice(0, 3)} \\S`));
    const parts = [...text.matchAll(/^\*\*(\w+)\.\*\* /gm)].map(([, part]) => part);
    expect(parts).toEqual(["Context", "Decision", "Costs"]);
    for (const [, link = ""] of text.matchAll(/\]\(([^)#:]+)\)/g)) expect(files).toContain(link);
  });

  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  test.each(dependencies)("some decision names the dependency %s", (name) => {
    const texts = files.map((file) => readFileSync(resolve(folder, file), "utf8"));
    expect(texts.filter((text) => text.includes(`\`${name}\``))).not.toEqual([]);
  });
});
