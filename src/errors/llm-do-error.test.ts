import { expect, test } from "vitest";
import { isLlmDoError, LlmDoError } from "./llm-do-error.ts";

const error = new LlmDoError({
  code: "worker",
  verb: "load",
  what: "main.worker",
  reason: 'unknown key "modle"',
  place: { file: "main.worker", line: 3, column: 1 },
  tries: ['write "model"'],
  cause: new Error("below"),
});

test("the report is the message, the place and what to try", () => {
  expect(error.report()).toBe(
    'Failed to load "main.worker": unknown key "modle"\n  at main.worker:3:1\nTry: write "model"',
  );
});

test("the code decides the exit code and the cause is kept", () => {
  expect(error.exitCode).toBe(2);
  expect(error.cause).toBeInstanceOf(Error);
});

test("an error of another installed copy is recognized by its brand", () => {
  expect(isLlmDoError({ [Symbol.for("llm-do.error")]: true })).toBe(true);
  expect(isLlmDoError(new Error("other"))).toBe(false);
});
