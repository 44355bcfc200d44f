import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { addRequestOf } from "./add-flags.ts";

function refusal(...args: Parameters<typeof addRequestOf>): string {
  try {
    addRequestOf(...args);
  } catch (error) {
    if (isLlmDoError(error)) return error.report();
    throw error;
  }
  throw new Error("it was not refused");
}

describe("the flags of a case that is added", () => {
  test("are a request where --add is among them, and nothing where none is", () => {
    const flags = { add: "last", name: "greets", to: "a.cases.yaml", workspace: "w" };
    expect(addRequestOf(flags, [])).toEqual({
      run: "last",
      name: "greets",
      to: "a.cases.yaml",
      workspace: "w",
      tools: undefined,
    });
    expect(addRequestOf({}, ["main"])).toBeUndefined();
  });

  test.each([
    ["without --add", { name: "greets" }, [], 'Failed to use "--name"'],
    ["without a name", { add: "it's" }, [], "llm-do test --add 'it'\\''s' --name"],
    ["with an empty name", { add: "last", name: " " }, [], "the case needs a name"],
    ["beside a filter", { add: "last", name: "greets" }, ["main"], 'Failed to use "main"'],
    ["beside a mode", { add: "last", name: "greets", mode: "auto" }, [], 'Failed to use "--mode"'],
  ])("are refused %s", (_what, flags, words, report) => {
    expect(refusal(flags, words)).toContain(report);
  });
});
