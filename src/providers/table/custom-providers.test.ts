import { describe, expect, test } from "vitest";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { customProviders } from "./custom-providers.ts";
import { PROVIDERS } from "./provider-table.ts";
import { fillVariables } from "./variable-text.ts";

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
    const rows = customProviders({ LLM_DO_PROVIDERS: text });
    expect(rows).toMatchObject({
      local: {
        wire: "openai-chat",
        baseUrl: "http://localhost:8000/v1",
        keyVariables: [],
        keyOptional: true,
      },
      acme: {
        wire: "openai-chat",
        baseUrl: "https://acme.test/v1",
        keyVariables: ["ACME_KEY"],
        keyOptional: false,
      },
    });
    const query = Object.entries(rows["acme"]?.query ?? {});
    expect(query.map(([name, text]) => [name, fillVariables(text, {})])).toEqual([["a", "b"]]);
  });

  test.each([undefined, "", " , "])("%j adds nothing", (text) => {
    expect(customProviders({ LLM_DO_PROVIDERS: text })).toEqual({});
  });

  test.each([
    ["local", "an entry has no name"],
    ["=http://localhost:8000", "an entry has no name"],
    ["local=", '"local" cannot be read'],
    ["local=localhost:8000", 'the address of "local" must be an http or https URL'],
    ["local=ftp://localhost", 'the address of "local" must be an http or https URL'],
    ["local=http://localhost|", '"local" cannot be read'],
    [
      "local=http://me:hunter2@localhost",
      'the address of "local" must hold no user name and password: send them in a header',
    ],
    [
      "local=http://localhost/v1/chat/completions",
      'the address of "local" must not end in /chat/completions, which is added to it',
    ],
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

  test("takes a JSON object with the keys of llm-do.yaml, also for a built-in provider", () => {
    const value = {
      gateway: {
        wire: "anthropic",
        base_url: "https://gateway.test/v1/",
        headers: { "X-Team": "${TEAM}" },
        query: { "api-version": "2024-10-21" },
        tool_choice: "auto-only",
      },
      groq: { base_url: "https://proxy.test/groq" },
    };
    const rows = customProviders({ LLM_DO_PROVIDERS: ` ${JSON.stringify(value, null, 2)}\n` });
    expect(rows).toMatchObject({
      gateway: {
        wire: "anthropic",
        baseUrl: "https://gateway.test",
        keyVariables: [],
        switches: { toolChoice: "auto-only" },
        headers: { "x-team": { pieces: [{ variable: "TEAM" }] } },
      },
      groq: {
        ...PROVIDERS["groq"],
        baseUrl: "https://proxy.test/groq",
      },
    });
  });

  test.each([
    ['{"a":', "it begins with { and is not valid JSON"],
    ['{"a":{"base_url":sk-secret-1}}', "it begins with { and is not valid JSON"],
    ['{"a":"sk-secret-1"}', '"a" must be a map with base_url, not this text'],
    ['{"a":{"base_url":"sk-secret-1"}}', '"a.base_url" must be an http or https URL'],
    [
      '{"a":{"base_url":"http://x.test","key_variable":"sk-secret-1"}}',
      '"a.key_variable" must be the name of an environment variable, or false, not this text',
    ],
    [
      '{"a":{"base_url":"http://x.test","headers":"sk-secret-1"}}',
      '"a.headers" must be a map of headers, not this text',
    ],
    [
      '{"a":{"base_url":"http://x.test","headers":{"x":["sk-secret-1"]}}}',
      '"a.headers.x" must be text on one line, not a list',
    ],
    [
      '{"a":{"base_url":"http://x.test","images":"sk-secret-1"}}',
      '"a.images" must be true or false, not this text',
    ],
    ['{"a":{"wire":"anthropic"}}', '"a" has no base_url'],
    [
      '{"sk-secret-1 x":{"base_url":"http://x.test"}}',
      "the name of a server is letters, digits, _ and -",
    ],
    ['{"script":{"base_url":"http://x.test"}}', 'the name "script" is built in'],
  ])("%s is refused without showing what it holds", (text, reason) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: "configuration", what: "LLM_DO_PROVIDERS", reason });
    expect(error.report()).not.toContain("sk-secret-1");
    expect(String(error.cause)).not.toContain("sk-secret-1");
  });
});
