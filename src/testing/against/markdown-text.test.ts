import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeBlock, htmlCode, inlineCode } from "./markdown-text.ts";

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("```", "````", "~~~", "|", "\n", "\r\n", "</code>", "</details>", "<script>"),
      fc.constantFrom("@ada", "#12", "[a](http://b.c)", "`", "\\", "&lt;", "<!--", "\u202e", "$x$"),
      fc.string({ unit: "binary", maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("a block of code", () => {
  test("is not ended by anything in it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const [open = "", ...lines] = codeBlock(text, "diff").split("\n");
        const fence = /^`{3,}/.exec(open)?.[0] ?? "";
        const closing = new RegExp(`^ {0,3}\`{${fence.length},}[ \\t]*\\r?$`);
        expect(open).toBe(`${fence}diff`);
        expect(lines.findIndex((line) => closing.test(line))).toBe(lines.length - 1);
        expect(text.includes(fence)).toBe(false);
      }),
    );
  });

  test("holds its text as it is", () => {
    expect(codeBlock("a ``` b\nc")).toBe("````\na ``` b\nc\n````");
  });
});

describe("code in a line", () => {
  test("is one line without anything that Markdown or HTML would act on", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const code = inlineCode(text);
        const inner = /^`([^`|\\<&@#[\]*_{}!"'~^;?]*|[\w.,:/>=()$%+ -]*)`$/.exec(code)?.[1];
        if (inner === undefined) {
          expect(code).toMatch(/^<code>(?:[^!-/:-@[-`{-~]|&#\d+;)*<\/code>$/u);
        }
        expect(code).not.toContain("\n");
        expect(code).not.toContain("|");
      }),
    );
  });

  test.each([
    ["HEAD~3", "<code>HEAD&#126;3</code>"],
    ["main", "`main`"],
    ["orders.cases.yaml > refunds", "`orders.cases.yaml > refunds`"],
    [" a", "<code> a</code>"],
    ["a|b", "<code>a&#124;b</code>"],
    ["@ada <b>", "<code>&#64;ada &#60;b&#62;</code>"],
  ])("%j is written as %j", (text, code) => {
    expect(inlineCode(text)).toBe(code);
  });

  test("in HTML is always an element", () => {
    expect(htmlCode("main")).toBe("<code>main</code>");
  });
});
