import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { MODEL_REQUESTS_VARIABLE, readModelRequests } from "./model-requests.ts";

const read = (value: string) => readModelRequests({ [MODEL_REQUESTS_VARIABLE]: value });

describe("which models may be asked", () => {
  test.each([
    ["", "on"],
    ["on", "on"],
    [" off ", "off"],
    ["recording", "recording"],
    ["anthropic:*, openai:gpt-5-mini", ["anthropic:*", "openai:gpt-5-mini"]],
  ])("%j says %j", (value, requests) => {
    expect(read(value)).toEqual(requests);
  });

  test("is all where nothing is said", () => {
    expect(readModelRequests({})).toBe("on");
  });

  test.each(["of", "true", "0", "anthropic", "anthropic:", ":x", "off,on", "anthropic:*,"])(
    "is an error for %j",
    (value) => {
      try {
        read(value);
        expect.unreachable("it is taken");
      } catch (error) {
        if (!isLlmDoError(error)) throw error;
        expect(error.code).toBe("configuration");
      }
    },
  );
});
