import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagnose, type FailureKind, refusedSetting } from "./diagnose.ts";

const model = "acme:small-2";

/** What servers say, with the status that they say it with. */
const SAID: Readonly<Record<FailureKind, readonly (readonly [number, string, string?])[]>> = {
  "bad-key": [
    [400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT"],
    [400, "API key expired. Please renew the API key.", "INVALID_ARGUMENT"],
    [400, "API Key not found. Please pass a valid API key.", "INVALID_ARGUMENT"],
    [400, "Missing or invalid Authorization header.", "INVALID_ARGUMENT"],
    [400, "Incorrect API key provided: xa***34. You can obtain an API key from https://x.example"],
    [403, "Your API key was reported as leaked. Please use another API key.", "PERMISSION_DENIED"],
    [403, "You didn't provide an API key."],
    [401, "Unauthorized"],
    [401, "invalid x-api-key", "authentication_error"],
    [400, "No auth credentials found"],
  ],
  "no-credit": [
    [402, "Insufficient Balance"],
    [402, "This request requires more credits, or fewer max_tokens."],
    [402, ""],
    [400, "Your credit balance is too low to access the API.", "invalid_request_error"],
    [429, "Insufficient balance or no resource package. Please recharge.", "1113"],
    [429, "You exceeded your current quota, check your plan.", "insufficient_quota"],
    [429, "Your account is suspended, please check your plan", "exceeded_current_quota_error"],
    [403, "Your team has used all available credits or reached its monthly spending limit."],
  ],
  "no-model": [
    [404, "model: small-2", "not_found_error"],
    [404, "The model `small-2` does not exist.", "NotFoundError"],
    [404, "The model `x` has been decommissioned", "model_decommissioned"],
    [404, 'model "small-2" not found, try pulling it first'],
    [404, "models/small-2 is not found for API version v1main, or is not supported"],
    [400, "small-2 is not a valid model ID"],
    [400, "Invalid model: small-2", "invalid_model"],
    [400, "Model Not Exist", "invalid_request_error"],
    [404, "The API deployment for this resource does not exist.", "DeploymentNotFound"],
  ],
  "no-endpoint": [
    [404, "Not Found"],
    [404, "404 page not found"],
    [404, ""],
    [405, "Method Not Allowed"],
    [400, "Unexpected endpoint or method. (POST /v1/responses)"],
    [404, "Unknown request URL: POST /v1/responses."],
    [501, "This endpoint is not implemented"],
  ],
  "long-prompt": [
    [400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded"],
    [400, "prompt is too long: 208310 tokens > 200000 maximum", "invalid_request_error"],
    [400, "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"],
    [
      400,
      "The input token count (1300000) exceeds the maximum number of tokens allowed (1048576).",
    ],
    [400, "the request exceeds the available context size", "exceed_context_size_error"],
    [400, "Prompt contains 40000 tokens, too large for a model with 32768 maximum context length"],
  ],
  "long-answer": [
    [400, "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens"],
    [400, "max_tokens is too large: 100000. This model supports at most 16384 completion tokens."],
  ],
  "large-body": [
    [413, "Request exceeds the maximum size", "request_too_large"],
    [413, "Payload Too Large"],
  ],
  quota: [
    [429, "You exceeded your current quota, please check your plan and billing details."],
    [429, "Rate limit reached for model on requests per day (RPD): Limit 1000", "rate_limit"],
  ],
  other: [
    [429, "Rate limit reached"],
    [400, "temperature: must be at most 1", "invalid_request_error"],
    [400, "'temperature' is not supported with small-2"],
    [400, "max_tokens: field required"],
    [403, "The API key may not use this model"],
    [403, "forbidden"],
    [500, "The model does not exist in the cache"],
    [529, "Overloaded", "overloaded_error"],
    [422, "messages.0.name: Extra inputs are not permitted"],
  ],
};

describe.each(Object.entries(SAID))("%s", (kind, said) => {
  test.each(said.map(([status, message, type]) => ({ status, message, type })))(
    "$status $message",
    ({ status, message, type }) => {
      expect(diagnose({ status, message, type }, model)).toBe(kind);
    },
  );
});

test("a server's own failure is never the author's mistake, but for the bill", () => {
  fc.assert(
    fc.property(fc.integer({ min: 500, max: 599 }), fc.string(), (status, message) => {
      const kind = diagnose({ status, message }, model);
      expect(kind).toBe(status === 501 ? "no-endpoint" : "other");
    }),
  );
});

test("any words get a diagnosis, and soon", () => {
  const word = fc.constantFrom("api key", "invalid ", "model ", "tokens", " ", "x", "max_tokens");
  const message = fc.array(word, { maxLength: 400 }).map((words) => words.join(""));
  fc.assert(
    fc.property(fc.constantFrom(400, 403, 404, 413, 429, undefined), message, (status, text) => {
      const startMs = performance.now();
      expect(Object.keys(SAID)).toContain(diagnose({ status, message: text }, model));
      expect(performance.now() - startMs).toBeLessThan(500);
    }),
  );
});

test.each([
  ["frequency_penalty: Extra inputs are not permitted", "settings.frequency_penalty"],
  ["`temperature` is deprecated for this model.", "settings.temperature"],
  ["Unsupported parameter: 'max_tokens' is not supported with this model.", "settings.max_tokens"],
  ['Invalid JSON payload received. Unknown name "seed": Cannot find field.', "settings.seed"],
  ["Unrecognized request argument supplied: 'reasoning_effort'", "settings.thinking"],
  ["messages.0.name: Extra inputs are not permitted", undefined],
  ["temperature: must be at most 1", undefined],
  ["'constructor' is not supported", undefined],
])("%s is about %s", (message, setting) => {
  expect(refusedSetting(message)).toBe(setting);
});
