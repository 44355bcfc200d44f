import { describe, expect, test } from "vitest";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { customProviders } from "./custom-providers.ts";

function failure(text: string): LlmDoError {
  try {
    customProviders({ LLM_DO_PROVIDERS: text });
  } catch (error) {
    if (error instanceof LlmDoError) return error;
    throw error;
  }
  throw new Error("the text was taken");
}

describe("LLM_DO_PROVIDERS", () => {
  test("adds servers with and without a key", () => {
    const text = "local=http://localhost:8000/v1, acme=https://acme.test/v1?a=b|ACME_KEY,";
    expect(customProviders({ LLM_DO_PROVIDERS: text })).toEqual({
      local: {
        wire: "openai-chat",
        baseUrl: "http://localhost:8000/v1",
        keyVariables: [],
        keyOptional: true,
      },
      acme: {
        wire: "openai-chat",
        baseUrl: "https://acme.test/v1?a=b",
        keyVariables: ["ACME_KEY"],
        keyOptional: false,
      },
    });
  });

  test.each([undefined, "", " , "])("%j adds nothing", (text) => {
    expect(customProviders({ LLM_DO_PROVIDERS: text })).toEqual({});
  });

  test.each([
    ["local", "an entry has no name"],
    ["=http://localhost:8000", "an entry has no name"],
    ["local=", '"local" cannot be read'],
    ["local=localhost:8000", 'the address of "local" is no http or https URL'],
    ["local=ftp://localhost", 'the address of "local" is no http or https URL'],
    ["local=http://localhost|", '"local" cannot be read'],
    ["openai=http://localhost", 'the name "openai" is built in'],
    ["script=http://localhost", 'the name "script" is built in'],
    ["a=http://x.test,a=http://y.test", '"a" stands there twice'],
  ])("%s is refused", (text, reason) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: "configuration", reason });
    expect(error.report()).toContain('LLM_DO_PROVIDERS="local=http://localhost:8000/v1"');
  });

  test("a key in the place of a variable's name is not shown", () => {
    expect(failure("acme=http://x.test|sk-secret-1").report()).not.toContain("sk-secret-1");
  });
});
