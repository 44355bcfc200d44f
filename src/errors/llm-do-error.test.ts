import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { errorFields, isLlmDoError, LlmDoError } from "./llm-do-error.ts";

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

test("Node shows it by the name that it is imported by", () => {
  expect(inspect(error)).toMatch(/^LlmDoError: Failed to load /);
  expect(LlmDoError.name).toBe("LlmDoError");
});

test("the code decides the exit code and the cause is kept", () => {
  expect(error.exitCode).toBe(2);
  expect(error.cause).toBeInstanceOf(Error);
});

test("an error of another installed copy is recognized by its brand", () => {
  expect(isLlmDoError({ [Symbol.for("llm-do.error")]: true })).toBe(true);
  expect(isLlmDoError(new Error("other"))).toBe(false);
});

describe("an error of a code with fields", () => {
  const fields = {
    status: 429,
    type: "rate_limit_error",
    retryable: true,
    retryAfterMs: 1500,
  } as const;
  const text = { verb: "ask", what: "a:b", reason: "busy" } as const;
  const provider = new LlmDoError({ code: "provider", ...text, ...fields });

  test("has them, and nothing else of what it was made from", () => {
    expect(provider).toMatchObject(fields);
    expect(errorFields(provider)).toEqual(fields);
    expect(Object.keys(provider)).not.toContain("verb");
  });

  test("is told from others by its code, in one step or two", () => {
    expect(isLlmDoError(provider, "provider")).toBe(true);
    expect(isLlmDoError(provider, "limit")).toBe(false);
    expect(isLlmDoError({ code: "provider", ...fields }, "provider")).toBe(false);
    const status = isLlmDoError(provider) && provider.code === "provider" && provider.status;
    expect(status).toBe(429);
  });

  test("is found by filter(), which passes an index where a code may stand", () => {
    expect([new Error("other"), provider, error].filter(isLlmDoError)).toEqual([provider, error]);
  });

  test("of another code has none", () => {
    expect(errorFields(error)).toEqual({});
    expect(Object.keys(error)).not.toContain("retryable");
  });
});
