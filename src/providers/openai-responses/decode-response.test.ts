import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { decodeStop, decodeUsage, finalItems } from "./decode-response.ts";

test("cached tokens, read and written, are not counted twice", () => {
  const input_tokens_details = { cached_tokens: 30, cache_write_tokens: 10 };
  expect(decodeUsage({ input_tokens: 100, output_tokens: 5, input_tokens_details })).toEqual({
    inputTokens: 60,
    outputTokens: 5,
    cacheReadTokens: 30,
    cacheWriteTokens: 10,
  });
});

test("a response without usage counts nothing", () => {
  expect(decodeUsage(null)).toEqual({ inputTokens: 0, outputTokens: 0 });
});

test("a refusal goes before calls, an incomplete answer before both", () => {
  const refusal = { type: "message", content: [{ type: "refusal", refusal: "No." }] };
  const call = { type: "function_call" };
  expect(decodeStop({ status: "completed" }, [call, refusal])).toBe("refusal");
  expect(decodeStop({ status: "completed" }, [call])).toBe("tool-calls");
  expect(decodeStop({ status: "completed" }, [])).toBe("end");
  const incomplete_details = { reason: "max_output_tokens" };
  expect(decodeStop({ status: "incomplete", incomplete_details }, [refusal])).toBe("max-tokens");
});

test("the response's own items stand before the stream's, unless they lack what seals them", () => {
  const item = (id: string, encrypted_content?: string): JsonObject =>
    encrypted_content === undefined ? { id } : { id, encrypted_content };
  const streamed = new Map([
    [2, item("c")],
    [0, item("a", "early")],
    [1, item("b", "sealed")],
  ]);
  const output = [item("a", "final"), item("b")];
  expect(finalItems({ output }, streamed)).toEqual([
    [0, item("a", "final")],
    [1, item("b", "sealed")],
    [2, item("c")],
  ]);
  expect(finalItems({ output: [] }, streamed).map(([, { id }]) => id)).toEqual(["a", "b", "c"]);
});
