import fc from "fast-check";
import { expect, test } from "vitest";
import { gitFiles, withComment, withLines } from "./init-project.ts";

const wanted = { file: ".gitignore", heading: "# why", lines: ["a", "b/"] };

test("a new file gets a heading and all lines", () => {
  expect(withLines("", wanted)).toEqual({ text: "# why\na\nb/\n", added: ["a", "b/"] });
});

test.each([
  ["x\n", "x\n\n# why\na\nb/\n"],
  ["x", "x\n\n# why\na\nb/\n"],
  ["b/\n", "b/\n\n# why\na\n"],
  ["# why\na\n", "# why\na\nb/\n"],
  ["x\r\n", "x\r\n\r\n# why\r\na\r\nb/\r\n"],
  ["a\r\nb/\r\n", "a\r\nb/\r\n"],
  ["  a  \nb/", "  a  \nb/"],
])("what is there stays, and what is missing comes after it: %j", (before, after) => {
  expect(withLines(before, wanted).text).toBe(after);
});

test("a second time adds nothing, whatever the file holds", () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(...wanted.lines, wanted.heading, "\r"));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const before = lines.join("\n");
      const { text } = withLines(before, wanted);
      expect(text.startsWith(before)).toBe(true);
      expect(withLines(text, wanted)).toEqual({ text, added: [] });
    }),
  );
});

test("recordings are not hidden from reviews", () => {
  expect(JSON.stringify(gitFiles([]))).not.toContain('linguist-generated"');
});

const COMMENT = "# yaml-language-server: $schema=a.json";

test.each([
  ["redact: [a]\n", `${COMMENT}\nredact: [a]\n`],
  ["redact: [a]\r\n", `${COMMENT}\r\nredact: [a]\r\n`],
  ["\uFEFFredact: [a]", `\uFEFF${COMMENT}\nredact: [a]`],
  ["", `${COMMENT}\n`],
])("llm-do.yaml gets the line that tells editors of the schema: %j", (before, after) => {
  expect(withComment(before, COMMENT)).toEqual({ text: after, added: [COMMENT] });
  expect(withComment(after, COMMENT)).toEqual({ text: after, added: [] });
});

test("a line that names another schema stays", () => {
  const text = "# mine\n# yaml-language-server: $schema=b.json\n";
  expect(withComment(text, COMMENT)).toEqual({ text, added: [] });
});
