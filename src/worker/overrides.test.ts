import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError, type LlmDoError } from "../errors/llm-do-error.ts";
import { formatPath } from "../yaml/path.ts";
import { parseSet } from "./overrides.ts";

describe("parseSet", () => {
  test.each([
    ["model=test", ["model"], "test"],
    ["toolsets.filesystem.base_path=./x", ["toolsets", "filesystem", "base_path"], "./x"],
    ['toolsets["my-pkg#tools"].limit=5', ["toolsets", "my-pkg#tools", "limit"], 5],
    ["toolsets['a.b=c'].on=1", ["toolsets", "a.b=c", "on"], 1],
    ['["model"]=x', ["model"], "x"],
    ["server_side_tools[0].max_uses=2", ["server_side_tools", 0, "max_uses"], 2],
    ["description=a=b", ["description"], "a=b"],
    ["description=", ["description"], ""],
    [" model = x", ["model"], " x"],
    ["toolsets.__proto__.x=1", ["toolsets", "__proto__", "x"], 1],
  ])("reads the key and value of %s", (argument, path, value) => {
    expect(parseSet(argument)).toEqual({ path, value });
  });

  test.each([
    ["yes", true],
    ["On", true],
    ["TRUE", true],
    ["no", false],
    ["Off", false],
    ["false", false],
    ["null", null],
    ["3", 3],
    ["-0.5", -0.5],
    [".5", 0.5],
    ["1e3", 1000],
    ["007", 7],
    ["1e999", "1e999"],
    ["NaN", "NaN"],
    ['"yes"', "yes"],
    ['["a", {"b": 1}]', ["a", { b: 1 }]],
    ["{not json", "{not json"],
    ["yes please", "yes please"],
  ])("reads the value %s", (text, value) => {
    expect(parseSet(`key=${text}`).value).toEqual(value);
  });

  test.each([
    ["model", "there is no = between key and value"],
    ["", "the key is empty"],
    ["=x", "the key is empty"],
    ['toolsets[""]=x', "the key is empty"],
    ["toolsets.=x", "a name is missing after a dot"],
    [".model=x", "the key is empty"],
    ["toolsets..x=1", "a name is missing after a dot"],
    ['toolsets["a.b=1', "a bracket must hold a number or a quoted key and be closed"],
    ["toolsets[a]=1", "a bracket must hold a number or a quoted key and be closed"],
    ["toolsets[0=1", "a bracket must hold a number or a quoted key and be closed"],
    ["toolsets]=1", "a dot or a bracket must stand between two keys"],
    ["tools[0]more=1", "a dot or a bracket must stand between two keys"],
    ["[0]=1", "the key begins with an index"],
    [`${"a.".repeat(200)}b=1`, "the key has more than 100 steps"],
    [`a=${"[".repeat(200)}${"]".repeat(200)}`, "the value is nested more than 100 levels deep"],
    ["a=[1e999]", "a number in the value is too large"],
  ])("refuses %s", (argument, reason) => {
    const error = refusal(argument);
    expect(error.code).toBe("usage");
    expect(error.reason).toBe(reason);
    expect(error.tries[0]).toBe("--set settings.temperature=0.2");
  });

  test("an error about a key does not show the value", () => {
    expect(refusal("toolsets[key=hunter2").report()).not.toContain("hunter2");
    expect(refusal('key=[1e999, "hunter2"]').report()).not.toContain("hunter2");
  });

  test("what formatPath prints and JSON says reads back as it was", () => {
    const step = fc.oneof(fc.string({ minLength: 1 }), fc.nat({ max: 99_999 }));
    const path = fc.tuple(fc.string({ minLength: 1 }), fc.array(step, { maxLength: 5 }));
    fc.assert(
      fc.property(path, fc.jsonValue(), ([first, rest], value) => {
        const steps = [first, ...rest];
        expect(parseSet(`${formatPath(steps)}=${JSON.stringify(value)}`)).toEqual({
          path: steps,
          value: JSON.parse(JSON.stringify(value)),
        });
      }),
    );
  });

  test("any text is an override or a usage error", () => {
    const piece = fc.constantFrom("a", ".", "[", "]", '"', "'", "=", "0", "\\", " ", "\n", "{");
    const argument = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(argument, (text) => {
        try {
          expect(parseSet(text).path.length).toBeGreaterThan(0);
        } catch (error) {
          expect(isLlmDoError(error) && error.code).toBe("usage");
        }
      }),
    );
  });
});

function refusal(argument: string): LlmDoError {
  try {
    parseSet(argument);
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
  throw new Error(`${argument} was taken`);
}
