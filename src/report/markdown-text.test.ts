import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "../../tests/support/any-report.ts";
import { codeBlock, htmlCode, inlineCode, markdownText } from "./markdown-text.ts";

describe("a text in Markdown", () => {
  test.each([
    ["*a* _b_ [c](d) <e>", "\\*a\\* \\_b\\_ \\[c\\](d) \\<e\\>"],
    ["my_worker.worker", "my_worker.worker"],
    ["a | b", "a &#124; b"],
    ["- item", "\\- item"],
    ["1. item", "1\\. item"],
    ["# head", "\\# head"],
    ["see #12, @somebody", "see #<!-- -->12, @<!-- -->somebody"],
    ["https://a.b www.c.d", "https\\://a.b www\\.c.d"],
    ["$1.20 of $3, $x$", "$1.20 of $3, \\$x\\$"],
    ["R&D &amp; &#35;", "R&D \\&amp; \\&#<!-- -->35;"],
  ])("shows %j as text", (text, shown) => {
    expect(markdownText(text)).toBe(shown);
  });
});

describe("a block of code", () => {
  test("is not ended by anything in it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
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
  test("is one line that nothing in it ends, in a cell of a table neither", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const code = inlineCode(text);
        const [fence = ""] = /^`*/.exec(code) ?? [];
        const inner = code.slice(fence.length, code.length - fence.length);
        expect(code).not.toMatch(/[|\n]/);
        expect(inner.match(/`+/g) ?? []).not.toContain(fence);
        if (fence === "") {
          expect(code).toMatch(/^<code>(?:[^!-/:-@[-`{-~]|&#\d+;)*<\/code>$/u);
        } else expect(code.endsWith(fence)).toBe(true);
      }),
    );
  });

  test.each([
    ["HEAD~3", "`HEAD~3`"],
    ["orders.cases.yaml > refunds", "`orders.cases.yaml > refunds`"],
    [" a", "<code> a</code>"],
    ["", "<code></code>"],
    ["a|b", "<code>a&#124;b</code>"],
    ["@ada <b>", "`@ada <b>`"],
    ["`a`", "`` `a` ``"],
  ])("%j is written as %j", (text, code) => {
    expect(inlineCode(text)).toBe(code);
  });

  test("in HTML is always an element", () => {
    expect(htmlCode("main")).toBe("<code>main</code>");
  });
});
