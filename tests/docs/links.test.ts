import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { exampleNames } from "../support/examples.ts";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...exampleNames()
    .map((name) => `examples/${name}/README.md`)
    .filter((page) => existsSync(resolve(repository, page))),
  ...readdirSync(resolve(repository, "docs"), { recursive: true, encoding: "utf8" })
    .filter((page) => page.endsWith(".md"))
    .map((page) => `docs/${page}`),
];

const text = (page: string) => readFileSync(resolve(repository, page), "utf8");

/** What is shown as code has neither links nor headings. */
const withoutBlocks = (markdown: string) => markdown.replace(/^(```+|~~~+)[\s\S]*?^\1$/gm, "");

/** Targets of the links of a page that stay inside the repository. */
function linksOf(markdown: string): readonly string[] {
  const prose = withoutBlocks(markdown).replace(
    /(`+)(?:(?!\1)[\s\S])*?\1/g,
    (code) => `\`${code.length}\``,
  );
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return links.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of withoutBlocks(markdown).matchAll(/^#{1,6} (.*)$/gm)) {
    const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = shown
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** What is wrong with the links of a page. */
function brokenLinks(page: string, markdown: string): readonly string[] {
  return linksOf(markdown).flatMap((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(resolve(repository, target))) return [`${link}: there is no ${target}`];
    if (anchor === undefined || !target.endsWith(".md")) return [];
    const to = path === "" ? markdown : text(target);
    return anchorsOf(to).has(anchor) ? [] : [`${link}: ${target} has no such heading`];
  });
}

describe("links inside the repository", () => {
  test.each(pages)("of %s lead to pages and headings that are there", (page) => {
    expect(brokenLinks(page, text(page))).toEqual([]);
  });

  test("are found, and so are broken ones", () => {
    const markdown = [
      "# The `start`, and [its](a.md) end",
      "[a](docs/mcp.md) [b](docs/none.md) [c](#the-start-and-its-end) [d](#none)",
      "[e](docs/mcp.md#none) `[f](g.md)` [h](https://example.org/i.md)",
      "```md\n[j](k.md)\n# none\n```\n",
    ].join("\n");
    expect(brokenLinks("README.md", markdown)).toEqual([
      "a.md: there is no a.md",
      "docs/none.md: there is no docs/none.md",
      "#none: README.md has no such heading",
      "docs/mcp.md#none: docs/mcp.md has no such heading",
    ]);
  });
});

/** Pages that errors and help texts of the sources name, with the heading after a comma. */
describe("pages that the sources name", () => {
  const sources = readdirSync(resolve(repository, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => `src/${file}`);

  test("are there, and so are their headings", () => {
    const named = sources.flatMap((file) =>
      [...text(file).matchAll(/\b(docs\/[\w/-]+\.md)(?:, ([A-Z]\w+)|#([\w-]+))?/g)].map(
        ([, page = "", heading, anchor]) => ({
          file,
          page,
          heading: heading?.toLowerCase() ?? anchor,
        }),
      ),
    );
    expect(named.length).toBeGreaterThan(3);
    const missing = named.filter(
      ({ page, heading }) =>
        !existsSync(resolve(repository, page)) ||
        (heading !== undefined &&
          ![...anchorsOf(text(page))].some((anchor) => anchor.startsWith(heading))),
    );
    expect(missing).toEqual([]);
  });
});
