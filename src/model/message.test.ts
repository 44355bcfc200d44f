import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnswerPart, answerText } from "./message.ts";

const text = (said: string): AnswerPart => ({ kind: "text", text: said });
const search: AnswerPart = {
  kind: "opaque",
  extra: { wire: "anthropic", data: { type: "server_tool_use", name: "web_search" } },
};

describe("the text of an answer", () => {
  test("is its text parts, joined as they are: citations cut a sentence into several", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (said) => {
        expect(answerText(said.map(text))).toBe(said.join(""));
      }),
    );
  });

  test.each<[string, AnswerPart[], string]>([
    [
      "begins after a server tool",
      [text("I look it up."), search, text("It is "), text("5.")],
      "It is 5.",
    ],
    [
      "begins after the last of them",
      [search, text("Once more."), search, search, text("5.")],
      "5.",
    ],
    [
      "is what stands before it where nothing follows",
      [text("Here "), text("it is."), search],
      "Here it is.",
    ],
    [
      "is not the blanks that follow it",
      [text("Here it is."), search, text("\n\n")],
      "Here it is.\n\n",
    ],
    ["is empty where there is none", [search], ""],
  ])("%s", (_what, parts, expected) => {
    expect(answerText(parts)).toBe(expected);
  });
});
