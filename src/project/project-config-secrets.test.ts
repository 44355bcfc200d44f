import { describe, expect, test } from "vitest";
import { charactersFrom, MADE_UP_CREDENTIALS } from "../../tests/support/made-up-credentials.ts";
import { SecretScanner } from "../cassette/secrets/secret-scanner.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { parseProjectConfig } from "./project-config.ts";

const TOKEN = MADE_UP_CREDENTIALS["GitHub"]?.(charactersFrom(1)) ?? "";
const OTHER = MADE_UP_CREDENTIALS["GitHub"]?.(charactersFrom(2)) ?? "";

/** A scanner with what `secrets: allow` of an llm-do.yaml lets through. */
function scannerWith(allow: string, env = {}): SecretScanner {
  const { rules } = parseProjectConfig(`secrets:\n  allow: ${allow}\n`, "llm-do.yaml");
  return new SecretScanner(env, rules.allow);
}

function problem(text: string): string {
  try {
    parseProjectConfig(text, "llm-do.yaml");
  } catch (error) {
    if (isLlmDoError(error)) return error.report();
    throw error;
  }
  return "none";
}

describe("secrets: allow", () => {
  test.each([
    ["the text itself", `["${TOKEN}"]`],
    ["a text around it", `["the token ${TOKEN} is"]`],
    ["a pattern", `['/ghp_${TOKEN.slice(4, 8)}\\w+/']`],
    ["a pattern with a flag", `['/GHP_${TOKEN.slice(4, 8)}\\w+/i']`],
  ])("lets through %s, and nothing else", (_what, allow) => {
    const scanner = scannerWith(allow);
    expect(scanner.find(`the token ${TOKEN} is public`)).toBeUndefined();
    expect(scanner.find(JSON.stringify(`so:\nthe token ${TOKEN} is public`))).toBeUndefined();
    expect(scanner.find(`the token ${TOKEN} is public, ${OTHER} is not`)).toBe("a GitHub token");
    expect(scanner.mask(TOKEN)).toBe("<secret>");
  });

  test.each([
    ["a beginning", '["ghp_"]'],
    ["a part", `["${TOKEN.slice(0, 30)}"]`],
  ])("lets through no secret for %s of it", (_what, allow) => {
    expect(scannerWith(allow).find(`it is ${TOKEN}`)).toBe("a GitHub token");
  });

  test("lets through a variable's value", () => {
    const env = { TEAM_SECRET: "two-words-or-more" };
    expect(scannerWith("[]", env).find("two-words-or-more")).toBeDefined();
    expect(scannerWith("[two-words-or-more]", env).find("two-words-or-more")).toBeUndefined();
  });

  test.each([
    ["secrets: { alow: [] }", /"secrets" has no key "alow"|unknown key.*alow|allow/],
    ["secrets: [a]", /"secrets" must be a map/],
    ["secrets: { allow: a }", /"secrets.allow" must be a list of texts/],
    ["secrets: { allow: ['/(/'] }", /"secrets.allow\[0\]" is not a regular expression/],
    ["secrets: { allow: ['/a/g'] }", /has the flags "g"/],
    ["secrets: { allow: ['/.*/'] }", /"secrets.allow\[0\]" matches the empty text/],
    ["secrets: { allow: ['/x*/'] }", /matches the empty text/],
    ["secrets: { allow: [1] }", /write it in quotes/],
  ])("%s is an error with its place", (text, message) => {
    expect(problem(text)).toMatch(message);
    expect(problem(text)).toMatch(/llm-do\.yaml:1:\d+/);
  });
});
