import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../provider-config.ts";
import { brokenStreamError, connectionError, httpError, streamError } from "./http-error.ts";

const config: ProviderConfig = {
  provider: "acme",
  baseUrl: "https://user:pw@models.example/v1/?token=t",
  apiKey: "key-7f3a9c",
  keyVariable: "ACME_API_KEY",
  headers: {},
  query: {},
};
const model = "acme:small";
const nowMs = Date.UTC(2026, 0, 1, 12, 0, 0);

function failed(status: number, body: unknown, headers: Record<string, string> = {}) {
  return httpError(config, model, { status, headers: new Headers(headers), body, nowMs });
}

describe("the line for the person holds status, type, message and request id", () => {
  test.each([
    [
      "Anthropic",
      { type: "error", error: { type: "not_found_error", message: "model: x" }, request_id: "r1" },
      {},
      "500 not_found_error: model: x (request r1)",
    ],
    [
      "OpenAI, where the code says more than the type",
      { error: { message: "slow down", type: "tokens", code: "rate_limit_exceeded", param: null } },
      { "x-request-id": "r2" },
      "500 rate_limit_exceeded: slow down (request r2)",
    ],
    [
      "OpenAI without a code",
      { error: { message: "bad", type: "invalid_request_error", code: null } },
      {},
      "500 invalid_request_error: bad",
    ],
    [
      "Google in a list",
      [{ error: { code: 403, message: "no", status: "PERMISSION_DENIED" } }],
      {},
      "500 PERMISSION_DENIED: no",
    ],
    [
      "a router that quotes its provider",
      { error: { code: 429, message: "Provider error", metadata: { raw: "busy" } } },
      {},
      "500: Provider error: busy",
    ],
    ["a bare error text", { error: "model not found" }, {}, "500: model not found"],
    ["a message at the top", { object: "error", type: "bad", message: "m" }, {}, "500 bad: m"],
    [
      "a list of what does not fit",
      {
        detail: [
          { loc: ["body", "messages", 0, "name"], msg: "Extra inputs are not permitted" },
          { msg: "too long" },
        ],
      },
      {},
      "500: messages.0.name: Extra inputs are not permitted; too long",
    ],
    [
      "such a list as JSON in a message",
      { object: "error", message: '{"detail":[{"loc":["body","n"],"msg":"Not permitted"}]}' },
      {},
      "500: n: Not permitted",
    ],
    ["a list of something else", { detail: [{ why: "full" }] }, {}, '500: [{"why":"full"}]'],
    [
      "a gateway that quotes an error as JSON",
      { error: { code: 400, message: '{"error":{"message":"no","status":"INVALID"}}' } },
      {},
      "500 INVALID: no",
    ],
    [
      "a router that quotes one beside its own words",
      {
        error: {
          message: "Provider returned error",
          code: 400,
          metadata: { raw: '{"error":{"message":"bad","code":"tool_x"}}' },
        },
      },
      {},
      "500 tool_x: Provider returned error: bad",
    ],
    [
      "a tool call that was refused",
      { error: { message: "Failed.", code: "tool_use_failed", failed_generation: "<f>\n{}" } },
      {},
      "500 tool_use_failed: Failed. (the model wrote: <f> {})",
    ],
    ["JSON inside a text", '{"error":{"type":"t","message":"m"}}', {}, "500 t: m"],
    [
      "plain text of two lines",
      "upstream\n  failed",
      { "request-id": "r3" },
      "500: upstream failed (request r3)",
    ],
    [
      "a page of a proxy",
      "<html><title>502 Bad Gateway</title></html>",
      {},
      "500: 502 Bad Gateway",
    ],
    ["nothing", undefined, {}, "500"],
    ["an empty text", "", {}, "500"],
  ])("%s", (_shape, body, headers, reason) => {
    const error = failed(500, body, headers);
    expect(error.message).toBe(`Failed to ask "acme:small": ${reason}`);
    expect(error.code).toBe("provider");
    expect(error.status).toBe(500);
  });
});

describe("what to try depends on the status", () => {
  test.each([
    [401, {}, {}, ["set ACME_API_KEY to a valid key"]],
    [403, {}, {}, ["check that the key in ACME_API_KEY may use acme:small"]],
    [
      404,
      {},
      {},
      ['check that acme offers the model "small"', "check the base URL https://models.example/v1"],
    ],
    [
      429,
      {},
      { "retry-after": "7" },
      ["wait 7 s, as the server asks, or make fewer calls at a time"],
    ],
    [429, {}, {}, ["wait (the server does not say how long), or make fewer calls at a time"]],
    [
      429,
      { error: { code: "insufficient_quota" } },
      {},
      ["add credit to the account that the key in ACME_API_KEY belongs to"],
    ],
    [529, {}, {}, ["run it again later"]],
    [400, {}, {}, []],
  ])("%i %j", (status, body, headers, tries) => {
    expect(failed(status, body, headers).tries).toEqual(tries);
  });
});

describe("what to try where access is refused depends on what was sent", () => {
  const keyless = {
    ...config,
    provider: "my-server",
    baseUrl: "https://models.example/v1",
    apiKey: "",
    keyVariable: "",
  };
  const refusal = (config: ProviderConfig, status: number, body: unknown = {}) =>
    httpError(config, model, { status, headers: new Headers(), body, nowMs }).tries;

  test.each([401, 403])("%i of a server without a key says how to give it one", (status) => {
    expect(refusal(keyless, status)).toEqual([
      'set MY_SERVER_API_KEY to the server\'s key, and name it: key_variable: MY_SERVER_API_KEY for "my-server" under providers in llm-do.yaml',
      "or, where LLM_DO_PROVIDERS adds the server, write my-server=https://models.example/v1|MY_SERVER_API_KEY",
    ]);
  });

  test("a server with headers of its own names their variables", () => {
    const azure = { ...keyless, variables: ["AZURE_KEY"] };
    expect(refusal(azure, 401)).toEqual(["set AZURE_KEY to a valid key"]);
    expect(refusal(azure, 403)).toEqual(["check that the key in AZURE_KEY may use acme:small"]);
    const both = { ...config, variables: ["TEAM"] };
    expect(refusal(both, 401)).toEqual(["check the values of ACME_API_KEY and TEAM"]);
  });

  test("nothing speaks of a key that is not there", () => {
    const body = { error: { code: "insufficient_quota" } };
    expect(refusal(keyless, 429, body)).toEqual([
      "add credit to the account that the server belongs to",
    ]);
  });
});

describe("no secret reaches an error", () => {
  const secrets = ["Bearer t0ken/+", "t0ken/+", "eu"];
  const secretive = { ...config, secrets };

  test("neither as it is nor as an address holds it, the longest first", () => {
    const message = "key-7f3a9c, Bearer t0ken/+, t0ken/+, ?k=t0ken%2F%2B in eu";
    const error = httpError(secretive, model, {
      status: 400,
      headers: new Headers({ "x-request-id": "t0ken/+" }),
      body: { message, type: "t0ken/+" },
      nowMs,
    });
    expect(error.reason).toBe("400 [key]: [key], [key], [key], ?k=[key] in eu (request [key])");
    expect(error.report()).not.toContain("t0ken");
  });

  test("nor by its cause", () => {
    const cause = new TypeError('Headers.append: "t0ken/+" is an invalid header value');
    const error = connectionError(secretive, model, cause);
    expect(error.cause).toBeUndefined();
    expect(error.reason).toContain('Headers.append: "[key]" is an invalid header value');
  });

  test("whatever the secret and the text", () => {
    const secret = fc.string({ minLength: 4, unit: "grapheme" });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        fc.pre(!"[key]".includes(value));
        const guarded = { ...config, apiKey: "", secrets: [value] };
        const error = streamError(guarded, model, { message: `${before}${value}${after}` });
        expect(error.reason.replaceAll("[key]", "")).not.toContain(value);
      }),
    );
  });
});

describe("whether asking again may help", () => {
  test.each([
    [400, {}, undefined, false],
    [401, {}, undefined, false],
    [404, {}, undefined, false],
    [408, {}, undefined, true],
    [409, {}, undefined, true],
    [429, {}, undefined, true],
    [429, { error: { type: "insufficient_quota" } }, undefined, false],
    [429, { error: { code: "insufficient_quota", type: "x" } }, "true", false],
    [500, {}, undefined, true],
    [529, {}, undefined, true],
    [400, {}, "true", true],
    [500, {}, "false", false],
  ])("%i %j with x-should-retry %s: %s", (status, body, advice, retryable) => {
    const headers: Record<string, string> =
      advice === undefined ? {} : { "x-should-retry": advice };
    expect(failed(status, body, headers).retryable).toBe(retryable);
  });
});

describe("how long the server asks to wait", () => {
  test.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after-ms": "0", "retry-after": "1" }, 0],
    [{ "retry-after": "Thu, 01 Jan 2026 12:00:30 GMT" }, 30_000],
    [{ "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%j is %s ms", (headers, waitMs) => {
    expect(failed(429, {}, headers as Record<string, string>).retryAfterMs).toBe(waitMs);
  });
});

describe("errors inside a stream", () => {
  test.each([
    [{ type: "overloaded_error", message: "busy" }, "overloaded_error: busy", true],
    [{ type: "invalid_request_error", message: "bad" }, "invalid_request_error: bad", false],
    [
      { type: "insufficient_quota", message: "no", status: 429 },
      "429 insufficient_quota: no",
      false,
    ],
    [{ message: "gone", status: 502 }, "502: gone", true],
    [{}, "the provider did not say why", false],
  ])("%j", (failure, reason, retryable) => {
    const error = streamError(config, model, failure);
    expect(error.reason).toBe(`error in the stream: ${reason}`);
    expect(error.retryable).toBe(retryable);
    expect(error.status).toBe("status" in failure ? failure.status : undefined);
  });
});

test("an answer that broke off may be asked for again", () => {
  const error = brokenStreamError(config, model, new TypeError("terminated"));
  expect(error.reason).toBe("the answer broke off: terminated");
  expect(error.retryable).toBe(true);
  expect(error.cause).toBeInstanceOf(TypeError);
});

describe("a request without a response", () => {
  test("names the address and the innermost cause, and may be asked again", () => {
    const refused = Object.assign(new Error(""), { code: "ECONNREFUSED" });
    const error = connectionError(
      config,
      model,
      new Error("Connection error.", { cause: new TypeError("fetch failed", { cause: refused }) }),
    );
    expect(error.reason).toBe(
      "no answer from https://models.example/v1: Connection error: fetch failed: ECONNREFUSED",
    );
    expect(error.retryable).toBe(true);
    expect(error.status).toBeUndefined();
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("names the provider where there is no base URL", () => {
    const error = connectionError({ ...config, baseUrl: undefined }, model, "reset");
    expect(error.reason).toBe("no answer from acme: reset");
    expect(error.tries).toEqual(["check the network"]);
  });

  test("is not asked again when the address itself is wrong", () => {
    const invalid = Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" });
    expect(connectionError(config, model, invalid).retryable).toBe(false);
  });

  test("drops a cause that quotes the key", () => {
    const quoting = new TypeError(`Headers.append: "${config.apiKey}" is an invalid header value`);
    expect(connectionError(config, model, quoting).cause).toBeUndefined();
  });
});

test("an error never holds the key, wherever the server echoes it", () => {
  const echo = fc.constantFrom(
    (text: string) => ({ error: { type: text, message: text } }),
    (text: string) => ({ error: { message: text, code: text } }),
    (text: string) => ({ error: { metadata: { raw: text } }, request_id: text }),
    (text: string) => [text],
    (text: string) => text,
  );
  fc.assert(
    fc.property(echo, fc.string(), fc.string(), fc.integer({ min: 400, max: 599 }), (...given) => {
      const [shape, before, after, status] = given;
      const text = `${before}${config.apiKey}${after}`;
      const errors = [
        failed(status, shape(text), { "x-request-id": config.apiKey }),
        streamError(config, model, { type: text, message: text, status }),
        connectionError(config, model, new Error(text, { cause: new Error(text) })),
        brokenStreamError(config, model, new Error("cut", { cause: text })),
      ];
      for (const error of errors) {
        const shown = [error.report(), error.stack, error.type, String(error.cause)].join("\n");
        expect(shown).not.toContain(config.apiKey);
        expect(error.message).not.toContain("\n");
      }
    }),
  );
});
