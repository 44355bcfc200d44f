import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import { ProviderError } from "../../src/providers/provider-error.ts";
import { createProviderRouter } from "../../src/providers/registry.ts";
import type { ProviderRow, ProviderTable } from "../../src/providers/table/provider-table.ts";
import { aWorker, runEntry } from "../support/project.ts";

const sent: JsonObject[] = [];
let answer: () => Response = () => new HttpResponse(null, { status: 500 });

const servers = setupServer(
  http.post("*", async ({ request }) => {
    sent.push((await request.json()) as JsonObject); // the SDKs send objects
    return answer();
  }),
);
beforeAll(() => servers.listen({ onUnhandledFrame: "error" }));
afterEach(() => {
  sent.length = 0;
});
afterAll(() => servers.close());

const ENV = {
  ANTHROPIC_API_KEY: "key-a",
  ANTHROPIC_BASE_URL: "https://own.test",
  OPENAI_API_KEY: "key-o",
  OPENAI_BASE_URL: "https://own.test/v1",
  GEMINI_API_KEY: "key-g",
};
const MODELS = [
  ["anthropic", "anthropic:claude-haiku-4-5", "ANTHROPIC_API_KEY"],
  ["openai-responses", "openai:gpt-4.1", "OPENAI_API_KEY"],
  ["openai-chat", "openai-chat:gpt-4.1", "OPENAI_API_KEY"],
] as const;

/** Runs a worker against what the server answers to everything. */
async function failing(
  model: string,
  reply: () => Response,
  extraProviders: ProviderTable = {},
): Promise<ProviderError> {
  answer = reply;
  const script = createProviderRouter({ env: ENV, nowMs: () => 0, extraProviders });
  const { error } = await runEntry(aWorker("main", { model }), { script });
  if (!(error instanceof ProviderError)) throw new TypeError(`no provider's error: ${error}`);
  return error;
}

function json(body: unknown, status: number, headers: Record<string, string> = {}) {
  return () => HttpResponse.json(body as JsonObject, { status, headers });
}

describe.each(MODELS)("on the wire %s", (_wire, model, keyVariable) => {
  test("a bad key that comes as 400, in a list, names the variable to set", async () => {
    const body = [
      {
        error: {
          code: 400,
          message: "API key not valid. Please pass a valid API key.",
          status: "INVALID_ARGUMENT",
          details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo" }],
        },
      },
    ];
    const error = await failing(model, json(body, 400));
    expect(error.report()).toBe(
      `Failed to ask "${model}": 400 INVALID_ARGUMENT: API key not valid. Please pass a valid API key.\n` +
        `Try: set ${keyVariable} to a valid key`,
    );
  });

  test("an account without credit says so and is not asked again", async () => {
    const error = await failing(model, json({ error: { message: "Insufficient Balance" } }, 402));
    expect(error.tries).toEqual([
      `add credit to the account that the key in ${keyVariable} belongs to`,
    ]);
    const late = { error: { message: "Insufficient balance. Please recharge.", code: "1113" } };
    expect((await failing(model, json(late, 429))).retryable).toBe(false);
  });

  test("a model that is not there is named, and the address is not suspected", async () => {
    const name = model.slice(model.indexOf(":") + 1);
    const body = { error: { message: `The model \`${name}\` does not exist`, code: null } };
    const error = await failing(model, json(body, 404));
    expect(error.tries).toEqual([
      `check that ${model.slice(0, model.indexOf(":"))} offers the model "${name}"`,
    ]);
  });

  test("a conversation that is too long says what to do", async () => {
    const body = { error: { message: "too long", code: "context_length_exceeded" } };
    const error = await failing(model, json(body, 400));
    expect(error.tries[0]).toContain("send less");
  });

  test("a body that is too large says what to do", async () => {
    const reply = () =>
      new HttpResponse("<html><title>413 Too Large</title></html>", { status: 413 });
    const error = await failing(model, reply);
    expect(error.reason).toBe("413: 413 Too Large");
    expect(error.tries).toEqual([
      "send fewer or smaller attachments, and have tools return less at a time",
    ]);
  });

  test("what does not fit is readable", async () => {
    const misfit = { loc: ["body", "messages", 0, "name"], msg: "Extra inputs are not permitted" };
    const detail = [{ type: "extra_forbidden", ...misfit, input: null }];
    for (const body of [{ detail }, { object: "error", message: { detail } }]) {
      const error = await failing(model, json(body, 422));
      expect(error.reason).toBe("422: messages.0.name: Extra inputs are not permitted");
    }
  });

  test("a quota says how long to wait, where only the body says it", async () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "32.5s" }];
    const message = "You exceeded your current quota, please check your plan and billing details.";
    const error = await failing(
      model,
      json([{ error: { message, status: "RESOURCE_EXHAUSTED", details } }], 429),
    );
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 32_500 });
    expect(error.tries[0]).toBe("wait 32.5 s, as the server asks");
    expect(error.tries[1]).toContain("quota");
  });

  test("an error as JSON under text/event-stream is told", async () => {
    const body = JSON.stringify({ error: { message: "no such tenant", code: "tenant" } });
    const headers = { "content-type": "text/event-stream" };
    const error = await failing(model, () => new HttpResponse(body, { headers }));
    expect(error.reason).toBe("error in the stream: tenant: no such tenant");
    expect(error.retryable).toBe(false);
  });

  test("an error as JSON with status 200 is told", async () => {
    const error = await failing(model, json({ error: "Unexpected endpoint or method." }, 200));
    expect(error.reason).toContain("Unexpected endpoint or method.");
    expect(error.tries.join("\n")).toContain("check the base URL https://own.test");
  });

  test.each([
    ["text/html", "<!doctype html><title>Sign in</title>", 'with the title "Sign in"'],
    ["text/event-stream", "<html><body>Gateway</body></html>", "it sent a page"],
    ["application/json", '{"models":[],"candidates":[]}', "the fields models, candidates"],
    ["text/plain", "OK", "it sent text/plain: OK"],
  ])("%s that nobody asked for is named", async (type, body, seen) => {
    const headers = { "content-type": type };
    const error = await failing(model, () => new HttpResponse(body, { headers }));
    expect(error.type).toBe("foreign_protocol");
    expect(error.reason).toContain(seen);
    expect(error.retryable).toBe(false);
  });
});

describe("an address at which the server has nothing", () => {
  test.each([
    [404, { detail: "Not Found" }],
    [404, undefined],
    [405, { detail: "Method Not Allowed" }],
    [400, { error: "Unexpected endpoint or method. (POST /v1/responses)" }],
  ])("on the Responses API suggests Chat Completions: %i %j", async (status, body) => {
    const error = await failing("openai:llama3", json(body, status));
    expect(error.tries[0]).toBe(
      "if this server speaks Chat Completions only: try openai-chat:llama3",
    );
  });

  test("that a file says suggests another wire for that server", async () => {
    const row: ProviderRow = {
      wire: "openai-responses",
      baseUrl: "https://mine.test/v1",
      keyVariables: [],
      keyOptional: true,
    };
    for (const provider of ["openai", "openai-mine", "mine"]) {
      const error = await failing(`${provider}:q`, json({}, 404), { [provider]: row });
      expect(error.tries[0]).toBe(
        `if this server speaks Chat Completions only: set wire: openai-chat for "${provider}" under providers in llm-do.yaml`,
      );
    }
  });

  test("does so at 200, for servers that answer an error there", async () => {
    const error = await failing("openai:llama3", json({ error: "Unexpected endpoint" }, 200));
    expect(error.tries[0]).toContain("try openai-chat:llama3");
  });

  test("does so for a foreign answer", async () => {
    const error = await failing("openai:llama3", json({ choices: [] }, 200));
    expect(error.tries[0]).toContain("try openai-chat:llama3");
  });

  test("does not where the model is what is missing", async () => {
    const body = { error: { message: "model 'llama3' not found", type: "not_found_error" } };
    const error = await failing("openai:llama3", json(body, 404));
    expect(error.tries).toEqual(['check that openai offers the model "llama3"']);
  });

  test("does not on the other wires", async () => {
    for (const model of ["anthropic:claude-haiku-4-5", "openai-chat:llama3"]) {
      const error = await failing(model, json({ detail: "Not Found" }, 404));
      expect(error.tries.join("\n")).not.toContain("openai-chat:");
      expect(error.tries.join("\n")).toContain("check the base URL");
    }
  });
});

describe("a server that wants a switch set says which", () => {
  test.each([
    [
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens_field: max_completion_tokens",
    ],
    [
      "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
      "system_role: user, or to developer where the model knows it,",
    ],
    ["unknown variant `developer`, expected one of `system`, `user`", "system_role: system"],
    ["System role not supported", "system_role: user, or to developer where the model knows it,"],
  ])("%s", async (message, set) => {
    const error = await failing("openai-chat:m", json({ error: { message } }, 400));
    expect(error.tries).toEqual([`set ${set} for "openai-chat" under providers in llm-do.yaml`]);
    // The Responses API has no such switches.
    const other = await failing("openai:m", json({ error: { message } }, 400));
    expect(other.tries.join()).not.toContain(set);
  });

  test("an answer that its grammar could not hold to a schema", async () => {
    const body = { error: { message: "Failed to generate JSON.", code: "json_validate_failed" } };
    const error = await failing("openai-chat:m", json(body, 400));
    expect(error.tries).toEqual([
      'set json_schema: none for "openai-chat" under providers in llm-do.yaml: a tool takes the answer instead',
      "lower settings.temperature, or use another model",
    ]);
  });
});

test.each(["anthropic", "openai-responses"] as const)(
  "a key for a server on the wire %s is added where its wire stays",
  async (wire) => {
    const row = { wire, baseUrl: "https://mine.test", keyVariables: [], keyOptional: true };
    const error = await failing("s:m", json({}, 401), { s: row });
    expect(error.tries[1]).toBe(
      'or, where LLM_DO_PROVIDERS adds the server, add "key_variable":"S_API_KEY" to its "s"',
    );
  },
);

test("a model that Ollama lacks comes with the command that gets it", async () => {
  const body = { error: { message: 'model "qwen3" not found, try pulling it first' } };
  expect((await failing("ollama:qwen3", json(body, 404))).tries).toEqual(["ollama pull qwen3"]);
});
