import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import { RequestKeyer } from "../../src/model/key.ts";
import { bytesAttachment } from "../../src/model/message.ts";
import { encodeRequest } from "../../src/providers/anthropic/encode-request.ts";
import { createProviderRouter } from "../../src/providers/registry.ts";
import type { WorkerSettings } from "../../src/worker/settings.ts";
import { temporaryFolder } from "../support/host.ts";
import { aTool, aWorker, type RunLiteral, runEntry } from "../support/project.ts";
import { runWith } from "../support/run-twice.ts";

/** The bodies that reached the servers. */
const sent: JsonObject[] = [];

/** Answers the first request with a call of `look`, unless it forbids one, and then with a text. */
const servers = setupServer(
  http.post("*", async ({ request }) => {
    const body = (await request.json()) as JsonObject; // the SDKs send objects
    sent.push(body);
    const calls = sent.length === 1 && JSON.stringify(body.tools ?? "").includes('"look"');
    if (request.url.endsWith("/messages")) return anthropicAnswer(calls);
    return request.url.endsWith("/responses") ? responsesAnswer(calls) : chatAnswer(calls);
  }),
);
beforeAll(() => servers.listen({ onUnhandledFrame: "error" }));
afterEach(() => {
  sent.length = 0;
});
afterAll(() => servers.close());

function anthropicAnswer(calls: boolean): Response {
  const call = { type: "tool_use", id: "t1", name: "look", input: {} };
  const content = [calls ? call : { type: "text", text: "Done." }];
  const head = { id: "m1", type: "message", role: "assistant", model: "m" };
  const usage = { input_tokens: 9, output_tokens: 2 };
  return HttpResponse.json({
    ...head,
    content,
    stop_reason: calls ? "tool_use" : "end_turn",
    usage,
  });
}

function responsesAnswer(calls: boolean): Response {
  const call = { type: "function_call", id: "f1", call_id: "c1", name: "look", arguments: "{}" };
  const text = { type: "output_text", text: "Done.", annotations: [] };
  const said = { type: "message", id: "m1", role: "assistant", content: [text] };
  const output = [{ ...(calls ? call : said), status: "completed" }];
  return HttpResponse.json({ id: "r1", object: "response", status: "completed", output });
}

function chatAnswer(calls: boolean): Response {
  const call = { id: "c1", type: "function", function: { name: "look", arguments: "{}" } };
  const message = calls ? { content: null, tool_calls: [call] } : { content: "Done." };
  const finish_reason = calls ? "tool_calls" : "stop";
  return HttpResponse.json({ choices: [{ index: 0, message, finish_reason }] });
}

const MODELS = {
  anthropic: "anthropic:claude-haiku-4-5",
  responses: "openai:gpt-4.1",
  chat: "openai-chat:gpt-4.1",
} as const;

const ENV = Object.fromEntries(
  ["ANTHROPIC", "OPENAI", "DEEPSEEK", "MISTRAL", "GROQ"].map((name) => [`${name}_API_KEY`, "k"]),
);

function routed(): RunLiteral {
  return { script: createProviderRouter({ env: ENV, nowMs: () => 0 }), input: "Go." };
}

function asking(model: string, settings: WorkerSettings, more: Parameters<typeof aWorker>[1] = {}) {
  return aWorker("main", { model, settings, calls: [aTool("look")], ...more });
}

describe("a forced call holds for the first request and is chosen freely after it", () => {
  const TOOL = {
    anthropic: { type: "tool", name: "look" },
    responses: { type: "function", name: "look" },
    chat: { type: "function", function: { name: "look" } },
  };
  const ANY = { anthropic: { type: "any" }, responses: "required", chat: "required" };
  const AUTO = { anthropic: { type: "auto" }, responses: "auto", chat: "auto" };
  const NONE = { anthropic: { type: "none" }, responses: "none", chat: "none" };

  describe.each(["anthropic", "responses", "chat"] as const)("on the wire %s", (wire) => {
    test.each([
      ["required", ANY, AUTO],
      ["look", TOOL, AUTO],
      ["auto", AUTO, AUTO],
      ["none", NONE, NONE],
    ])("%s", async (toolChoice, first, later) => {
      const { result, error } = await runEntry(asking(MODELS[wire], { toolChoice }), routed());
      expect(error).toBeUndefined();
      expect(result?.output).toBe("Done.");
      expect(sent.map(({ tool_choice }) => tool_choice)).toEqual([first[wire], later[wire]]);
    });

    test("and nothing is sent where nothing is set", async () => {
      await runEntry(asking(MODELS[wire], {}), routed());
      expect(sent).toHaveLength(2);
      for (const body of sent) expect(body).not.toHaveProperty("tool_choice");
    });
  });

  test("with one call at a time at Anthropic, whose field holds both", async () => {
    const settings = { toolChoice: "required", parallelToolCalls: false };
    await runEntry(asking(MODELS.anthropic, settings), routed());
    expect(sent.map(({ tool_choice }) => tool_choice)).toEqual([
      { type: "any", disable_parallel_tool_use: true },
      { type: "auto", disable_parallel_tool_use: true },
    ]);
  });
});

describe("an output schema that a tool carries", () => {
  const schema = z.strictObject({ ok: z.boolean() });
  const names = ({ tools = [] }: JsonObject): Json[] =>
    (tools as JsonObject[]).map((tool) => (tool.function as JsonObject)?.name ?? null); // as they are sent

  function worker(toolChoice: string) {
    // Its thinking is off, since it takes no forced call otherwise.
    return asking("deepseek:deepseek-chat", { toolChoice, thinking: "off" }, { output: schema });
  }

  test("waits while a call of the worker's own tools is forced", async () => {
    await runEntry(worker("required"), routed());
    expect(sent.slice(0, 2).map(names)).toEqual([["look"], ["look", "final_answer"]]);
    expect(sent[0]).toHaveProperty("tool_choice", "required");
    expect(sent[1]).toHaveProperty("tool_choice", "auto");
  });

  test("is the only tool where the worker's own are forbidden", async () => {
    await runEntry(worker("none"), routed());
    expect(names(sent[0] ?? {})).toEqual(["final_answer"]);
    expect(sent[0]).not.toHaveProperty("tool_choice");
  });
});

describe("a choice that a provider cannot keep is refused before a request", () => {
  test.each<[string, WorkerSettings, string]>([
    [MODELS.anthropic, { toolChoice: "required", thinking: "low" }, "together with thinking"],
    [MODELS.anthropic, { toolChoice: "look", thinking: { budgetTokens: 2000 } }, "thinking"],
    ["deepseek:deepseek-chat", { toolChoice: "look" }, "unless thinking is off"],
    ["ollama:llama3", { toolChoice: "required" }, "settings.tool_choice: required"],
    [MODELS.chat, { toolChoice: "lock" }, 'names "lock", not a tool of the worker'],
    [MODELS.responses, { citations: true }, "settings.citations"],
    [MODELS.chat, { citations: true }, "settings.citations"],
    ["ollama:llama3", { user: "u1" }, "settings.user"],
    ["mistral:mistral-small", { user: "u1" }, "settings.user"],
    [MODELS.responses, { presencePenalty: 1 }, "settings.presence_penalty"],
    [MODELS.anthropic, { frequencyPenalty: 1 }, "settings.frequency_penalty"],
    [MODELS.chat, { topK: 1 }, "settings.top_k"],
  ])("%s %j", async (model, settings, what) => {
    const { error } = await runEntry(asking(model, settings), routed());
    expect(error?.code).toBe("configuration");
    expect(error?.reason).toContain(what);
    expect(error?.tries).not.toEqual([]);
    expect(sent).toEqual([]);
  });

  test("citations beside an output schema at Anthropic, which refuses the two together", async () => {
    const output = z.strictObject({ ok: z.boolean() });
    const { error } = await runEntry(
      asking(MODELS.anthropic, { citations: true }, { output }),
      routed(),
    );
    expect(error?.reason).toContain("settings.citations together with output_schema");
  });
});

test.each([
  [MODELS.anthropic, { metadata: { user_id: "u-1" } }],
  [MODELS.responses, { safety_identifier: "u-1" }],
  [MODELS.chat, { safety_identifier: "u-1" }],
  ["groq:llama-3.3-70b-versatile", { user: "u-1" }],
])("%s is told the user in its own field", async (model, field) => {
  await runEntry(asking(model, { user: "u-1" }), routed());
  expect(sent[0]).toMatchObject(field);
});

test("thinking at Anthropic takes the sampling settings that its API takes", async () => {
  const settings = { temperature: 1, topP: 0.95, thinking: "low" } as const;
  const { result } = await runEntry(asking(MODELS.anthropic, settings), routed());
  expect(result?.output).toBe("Done.");
  expect(sent[0]).toMatchObject({ temperature: 1, top_p: 0.95, thinking: { type: "enabled" } });
});

describe("prompt caching", () => {
  /** The marks of each request. */
  const marks = () =>
    sent.map((body) => JSON.stringify(body).match(/"cache_control":\{[^}]*\}/g) ?? []);

  test("is on for a worker with tools", async () => {
    await runEntry(asking(MODELS.anthropic, {}), routed());
    expect(marks().map(({ length }) => length)).toEqual([3, 4]);
  });

  test.each([
    ["without tools", {}, [], 0],
    ["that says no", { cache: false }, [aTool("look")], 0],
    ["without tools that says yes", { cache: true }, [], 2],
    ["without tools that says an hour", { cache: "1h" }, [], 2],
  ] as const)("of a worker %s", async (_who, settings, calls, count) => {
    await runEntry(aWorker("main", { model: MODELS.anthropic, settings, calls }), routed());
    expect(marks()[0]).toHaveLength(count);
    if ("cache" in settings && settings.cache === "1h") expect(marks()[0]?.[0]).toContain("1h");
  });

  test("is off for a worker without tools that is asked to repair its answer", async () => {
    const output = z.strictObject({ ok: z.boolean() });
    await runEntry(aWorker("main", { model: MODELS.anthropic, output }), routed());
    expect(sent).toHaveLength(2);
    expect(marks().flat()).toEqual([]);
  });

  test.each([MODELS.responses, MODELS.chat])("sends no mark to %s", async (model) => {
    const { result } = await runEntry(asking(model, { cache: "1h" }), routed());
    expect(result?.output).toBe("Done.");
    expect(marks().flat()).toEqual([]);
    for (const body of sent) expect(JSON.stringify(body)).not.toContain("1h");
  });

  test.each([true, false, "1h"] as const)(
    "does not belong to the key: a cassette fits with cache %s as well",
    async (cache) => {
      using folder = temporaryFolder();
      const path = join(folder.path, "main.yaml");
      const plain = asking(MODELS.anthropic, { temperature: 0 });
      const recorded = await runWith(plain, { path, mode: "record" }, routed());
      expect(recorded.result?.output).toBe("Done.");
      const requests = sent.length;
      const cached = asking(MODELS.anthropic, { temperature: 0, cache });
      const replayed = await runWith(cached, { path, mode: "replay" }, routed());
      expect(replayed.error).toBeUndefined();
      expect(replayed.result).toEqual(recorded.result);
      expect(sent).toHaveLength(requests);
      const text = readFileSync(path, "utf8");
      expect(text).toContain("temperature");
      expect(text).not.toContain("cache:");
      expect(text).not.toContain("cache_control");
    },
  );

  test("leaves the key as it is, which the other settings change", async () => {
    const keyOf = async (settings: WorkerSettings) => {
      const { asked } = await runEntry(asking(MODELS.anthropic, settings), routed());
      const [first] = asked;
      if (first === undefined) throw new TypeError("nothing was asked");
      return new RequestKeyer().key(first);
    };
    const plain = await keyOf({});
    expect(await keyOf({ cache: "1h" })).toBe(plain);
    for (const settings of [{ toolChoice: "auto" }, { user: "u" }, { citations: false }]) {
      expect(await keyOf(settings)).not.toBe(plain);
    }
  });
});

test("citations are turned on for all documents, those of tool results too", () => {
  const settings = { citations: true };
  const pdf = bytesAttachment("a.pdf", "application/pdf", new Uint8Array([1]));
  const png = bytesAttachment("a.png", "image/png", new Uint8Array([1]));
  const body = encodeRequest({
    model: MODELS.anthropic,
    system: "",
    tools: [],
    serverTools: [],
    settings,
    messages: [
      { kind: "user", content: [pdf, png, { kind: "text", text: "Look." }] },
      {
        kind: "assistant",
        parts: [{ kind: "tool-call", id: "t1", name: "look", input: {} }],
      },
      { kind: "tool", id: "t1", name: "look", content: [pdf], isError: false },
    ],
  });
  const cited: string[] = [];
  const walk = (value: Json): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isJsonObject(value)) return;
    if (value.citations !== undefined) cited.push(String(value.type));
    Object.values(value).forEach(walk);
  };
  walk(JSON.parse(JSON.stringify(body)) as Json);
  expect(cited).toEqual(["document", "document"]);
});
