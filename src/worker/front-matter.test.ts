import fc from "fast-check";
import matter from "gray-matter";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { frontMatterPlace, splitFrontMatter } from "./front-matter.ts";

describe("splitFrontMatter", () => {
  test("numbers the lines of the front matter as in the file", () => {
    const { yaml } = splitFrontMatter("---\nname: a\nmodel: b\n---\nbody\n", "a.worker");
    expect(yaml.split("\n").slice(0, 3)).toEqual(["", "name: a", "model: b"]);
  });

  test("takes white space after both fences, a byte order mark and CRLF", () => {
    const text = "\uFEFF--- \r\nname: a\r\n---\t\r\nbody\r\n";
    const { yaml, body } = splitFrontMatter(text, "a.worker");
    expect(yaml.trim()).toBe("name: a");
    expect(body.trim()).toBe("body");
  });

  test("leaves later fences to the body", () => {
    expect(splitFrontMatter("---\na: 1\n---\nx\n---\ny\n", "a.worker").body).toBe("x\n---\ny\n");
  });

  test("takes megabytes of empty lines in no time", () => {
    const text = `---\n${"\n".repeat(1_000_000)}---\nbody\n`;
    expect(splitFrontMatter(text, "a.worker").body).toBe("body\n");
  });

  test("splits as gray-matter does", () => {
    const line = fc.constantFrom("", "a: 1", "---", "--- ", "----", "---x", " ---", "# c", "\t");
    const text = fc.tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom("\n", "\r\n"));
    fc.assert(
      fc.property(text, ([lines, lineEnd]) => {
        const content = ["---", ...lines].join(lineEnd);
        const split = splitOf(content);
        const reference = matter(content, { engines: { yaml: () => ({}) } });
        if (split)
          expect([split.yaml, split.body]).toEqual([`${reference.matter}\n`, reference.content]);
      }),
    );
  });
});

/** Undefined where the file is refused. */
function splitOf(content: string) {
  try {
    return splitFrontMatter(content, "a.worker");
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
  }
}

const TEXT = `---
model: test
settings:
  top_p: 1
server_side_tools:
  - tool_type: web_search
  - { tool_type: web_fetch }
---
Do it.
`;

const at = (line: number, column: number) => ({ file: "a.worker", line, column });

describe("the place of a path in front matter", () => {
  test.each([
    ["a key", ["model"], at(2, 1)],
    ["a key inside a map", ["settings", "top_p"], at(4, 3)],
    ["an item of a list", ["server_side_tools", 1], at(7, 5)],
    ["a key that is not written: the map's", ["settings", "seed"], at(3, 1)],
    ["an item that is not there: the list's", ["server_side_tools", 7], at(5, 1)],
    ["a step into a scalar: the scalar's", ["model", "name"], at(2, 1)],
    ["nothing at all: the file's start", ["limits", "max_usd"], at(1, 1)],
  ])("%s", (_what, path, place) => {
    expect(frontMatterPlace(TEXT, "a.worker", path)).toEqual(place);
  });
});
