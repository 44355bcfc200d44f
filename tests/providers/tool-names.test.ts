import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Answer, collectAnswer } from "../../src/model/answer.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { type Message, userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { createProviderRouter } from "../../src/providers/registry.ts";

const bodies: JsonObject[] = [];

/** An answer of each wire that calls a tool by its sent name and one that there is not. */
const ANSWERS: Readonly<Record<string, JsonObject>> = {
  "/v1/messages": {
    type: "message",
    role: "assistant",
    content: [
      { type: "tool_use", id: "toolu_1", name: "repo_search", input: {} },
      { type: "tool_use", id: "toolu_2", name: "browser.tabs", input: {} },
    ],
    stop_reason: "tool_use",
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  "/v1/chat/completions": {
    choices: [
      {
        index: 0,
        message: {
          content: null,
          tool_calls: [
            { id: "c1", type: "function", function: { name: "repo_search", arguments: "{}" } },
            { id: "c2", type: "function", function: { name: "browser.tabs", arguments: "{}" } },
          ],
        },
        finish_reason: "tool_calls",
      },
    ],
  },
  "/v1/responses": {
    status: "completed",
    output: [
      { type: "function_call", id: "fc_1", call_id: "c1", name: "repo_search", arguments: "{}" },
      { type: "function_call", id: "fc_2", call_id: "c2", name: "browser.tabs", arguments: "{}" },
    ],
  },
};

const servers = setupServer(
  http.post("*", async ({ request }) => {
    bodies.push((await request.json()) as JsonObject); // the SDKs send objects
    return HttpResponse.json(ANSWERS[new URL(request.url).pathname]);
  }),
);
beforeAll(() => servers.listen({ onUnhandledFrame: "error" }));
beforeEach(() => {
  bodies.length = 0;
});
afterAll(() => servers.close());

const env = { ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "k" };
const inputSchema = { type: "object", properties: {} };

function ask(model: string, messages: readonly Message[]): Promise<Answer> {
  const tools = ["repo.search", "look"].map((name) => ({ name, description: "", inputSchema }));
  const request: ModelRequest = {
    model,
    system: "",
    messages,
    tools,
    serverTools: [],
    settings: {},
  };
  const { signal } = new AbortController();
  return collectAnswer(createProviderRouter({ env, nowMs: () => 0 }).stream(request, { signal }));
}

/** Every name of a tool in a body, where tools are offered and where they are called. */
function namesIn(body: JsonObject | undefined): string[] {
  return [...JSON.stringify(body).matchAll(/"name":"([^"]*)"/g)].map(([, name = ""]) => name);
}

test.each(["anthropic:claude-haiku-4-5", "openai-chat:gpt-4.1", "openai:gpt-4.1"])(
  "a tool with a dot in its name is sent, called and sent back on %s",
  async (model) => {
    const { parts } = await ask(model, [userText("go")]);
    const calls = parts.filter((part) => part.kind === "tool-call");
    expect(calls.map(({ name }) => name)).toEqual(["repo.search", "browser.tabs"]);
    expect(namesIn(bodies[0])).toEqual(["repo_search", "look"]);

    const results = calls.map(
      ({ id, name }): Message => ({ kind: "tool", id, name, content: [], isError: true }),
    );
    await ask(model, [userText("go"), { kind: "assistant", parts }, ...results]);
    expect(namesIn(bodies[1]).toSorted()).toEqual(
      ["repo_search", "look", "repo_search", "browser_tabs"].toSorted(),
    );
  },
);

test("a tool that is called as one of the provider's own is sent beside it", async () => {
  const request: ModelRequest = {
    model: "anthropic:claude-haiku-4-5",
    ...{ system: "", messages: [userText("go")], settings: {} },
    tools: ["web_search", "look"].map((name) => ({ name, description: "", inputSchema })),
    serverTools: [{ type: "web_search" }],
  };
  const { signal } = new AbortController();
  await collectAnswer(createProviderRouter({ env, nowMs: () => 0 }).stream(request, { signal }));
  expect(namesIn(bodies[0]).toSorted()).toEqual(["look", "web_search", "web_search_2"]);
});
