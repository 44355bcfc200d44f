import { describe, expect, test } from "vitest";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import { findProvider, resolveProvider } from "./resolve-provider.ts";

const BASE = { base_url: "https://gateway.test/v1?tenant=a%20b" };

function environment(server: object, env: Environment = {}): Environment {
  return { LLM_DO_PROVIDERS: JSON.stringify({ gateway: { ...BASE, ...server } }), ...env };
}

function configOf(server: object, env?: Environment) {
  return resolveProvider("gateway:m", environment(server, env)).config;
}

function failure(server: object, env?: Environment): LlmDoError {
  try {
    configOf(server, env);
  } catch (error) {
    if (error instanceof LlmDoError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("headers and query of a server", () => {
  test("hold the values of their variables, without the white space around them", () => {
    const server = {
      headers: { "API-Key": "${KEY}", Authorization: "Bearer ${TOKEN}", "x-team": "blue" },
      query: { "api-version": "2024-10-21", tenant: "${TENANT}" },
    };
    const env = { KEY: "key-1234\n", TOKEN: "token-5678", TENANT: "t-9" };
    expect(configOf(server, env)).toEqual({
      provider: "gateway",
      baseUrl: "https://gateway.test/v1",
      apiKey: "",
      keyVariable: "",
      headers: { "api-key": "key-1234", authorization: "Bearer token-5678", "x-team": "blue" },
      query: { tenant: "t-9", "api-version": "2024-10-21" },
      secrets: ["key-1234", "key-1234", "token-5678", "Bearer token-5678", "t-9"],
      variables: ["KEY", "TOKEN", "TENANT"],
      wire: "openai-chat",
    });
  });

  test("keep the query that the address holds", () => {
    expect(configOf({}).query).toEqual({ tenant: "a b" });
    expect(configOf({ query: { x: 1 } }).query).toEqual({ tenant: "a b", x: "1" });
  });

  test("of a literal value are secrets by the name", () => {
    const server = {
      headers: { "x-api-key": "sk-123456", "x-team": "blue" },
      query: { sig: "s1" },
    };
    expect(configOf(server).secrets).toEqual(["sk-123456", "s1"]);
  });

  test("name a variable that is not set, with what may be meant", () => {
    const error = failure({ headers: { "x-team": "${TEAM_NAME}" } }, { TEAM_NAMES: "blue" });
    expect(error.report().split("\n")).toEqual([
      'Failed to use provider "gateway": the header "x-team" names the environment variable TEAM_NAME, which is not set',
      "  at LLM_DO_PROVIDERS",
      "Try: write ${TEAM_NAMES}",
      "Try: set TEAM_NAME",
      "Try: run without the server: --cassette FILE --mode replay, or --script FILE",
    ]);
    expect(failure({ query: { a: "${NOPE}" } }, { NOPE: " " }).reason).toBe(
      'the query parameter "a" names the environment variable NOPE, which is not set',
    );
  });

  test.each([
    ["a\r\nx-evil: 1", "a line break"],
    ["a\u0000b", "a control character"],
    ["\u{1f511}", "a character beyond Latin-1"],
    ["\u0130", "a character beyond Latin-1"],
  ])("%j is refused as a header without being shown", (value, what) => {
    const error = failure({ headers: { "x-team": "${TEAM}" } }, { TEAM: `hunter2${value}end` });
    expect(error.reason).toContain(
      `the header "x-team" would have a value that holds ${what}, which no header can hold`,
    );
    expect(error.tries).toEqual(["check TEAM"]);
    expect(error.report()).not.toContain("hunter2");
  });

  test("are not looked at where only the address is asked for", () => {
    const env = environment({ headers: { "x-team": "${TEAM}" } });
    expect(findProvider("gateway:m", env).baseUrl).toBe("https://gateway.test/v1");
  });
});

test("a base URL of the environment replaces that of a changed built-in provider", () => {
  const env = {
    LLM_DO_PROVIDERS: JSON.stringify({
      anthropic: { base_url: "https://gateway.test", headers: { "x-team": "blue" } },
    }),
    ANTHROPIC_API_KEY: "k",
    ANTHROPIC_BASE_URL: "http://localhost:9/v1/?a=$${b}",
  };
  expect(resolveProvider("anthropic:m", env).config).toMatchObject({
    baseUrl: "http://localhost:9",
    apiKey: "k",
    keyVariable: "ANTHROPIC_API_KEY",
    headers: { "x-team": "blue" },
    query: { a: "${b}" },
  });
});
