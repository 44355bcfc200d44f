import matter from "gray-matter";
import { describe, expect, test } from "vitest";
import { splitFrontMatter } from "./front-matter.ts";

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

  test("neither fills nor reads the cache of gray-matter", () => {
    const text = "---\nname: cached\n---\nbody\n";
    matter(text).content = "poisoned";
    const before = Object.keys((matter as unknown as { cache: object }).cache).length; // untyped
    expect(splitFrontMatter(text, "a.worker").body).toBe("body\n");
    splitFrontMatter("---\nname: other\n---\nbody\n", "a.worker");
    expect(Object.keys((matter as unknown as { cache: object }).cache)).toHaveLength(before);
    (matter as unknown as { clearCache: () => void }).clearCache();
  });
});
