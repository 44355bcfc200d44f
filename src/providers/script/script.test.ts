import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Clock } from "../../host/host.ts";
import { collectAnswer } from "../../model/answer.ts";
import type { ModelEvent } from "../../model/event.ts";
import { userText } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { ProviderError } from "../provider-error.ts";
import { createScriptTransport, deltas } from "./script.ts";
import { parseScript } from "./script-file.ts";

const FILE = "main.yaml";

const request: ModelRequest = {
  model: "anthropic:claude-haiku-4-5",
  system: "You sort files.",
  messages: [userText("Sort them.")],
  tools: [],
  serverTools: [],
  settings: {},
};

function scripted(script: string) {
  const sleptMs: number[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    sleep: async (durationMs) => {
      sleptMs.push(durationMs);
    },
  };
  const transport = createScriptTransport(parseScript(script, FILE), { file: FILE, clock });
  const stream = (worker = "main", asked: Partial<ModelRequest> = {}) =>
    transport.stream(
      { ...request, ...asked },
      { signal: new AbortController().signal, caller: { callId: worker, worker } },
    );
  const ask = async (worker?: string, asked?: Partial<ModelRequest>): Promise<string> => {
    const { parts } = await collectAnswer(stream(worker, asked));
    return parts.map((part) => ("text" in part ? part.text : part.kind)).join("");
  };
  return { transport, stream, ask, sleptMs };
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("nothing was thrown"),
    (error: unknown) => error,
  );
}

describe("a script", () => {
  test("answers one request with each item, in order", async () => {
    const { ask, transport } = scripted("- one\n- two\n");
    expect(transport.remaining).toBe(2);
    expect([await ask(), await ask("other")]).toEqual(["one", "two"]);
    expect(transport.remaining).toBe(0);
  });

  test("says deltas, whole parts and an end whose source is the script", async () => {
    const { stream, sleptMs } = scripted(
      "- { thinking: Hm., text: a b, delay_ms: 7, usage: { output_tokens: 3 } }\n",
    );
    const events: ModelEvent[] = [];
    for await (const event of stream()) events.push(event);
    expect(events).toEqual([
      { kind: "thinking-delta", text: "Hm." },
      { kind: "part", part: { kind: "thinking", text: "Hm." } },
      { kind: "text-delta", text: "a " },
      { kind: "text-delta", text: "b" },
      { kind: "part", part: { kind: "text", text: "a b" } },
      {
        kind: "end",
        stop: "end",
        usage: { inputTokens: 0, outputTokens: 3 },
        source: "script",
      },
    ]);
    expect(sleptMs).toEqual([7]);
  });

  test("passes over items that are for other requests", async () => {
    const { ask } = scripted("- { text: for w, when: { worker: w } }\n- for any\n- for any too\n");
    expect([await ask(), await ask("w"), await ask("w")]).toEqual([
      "for any",
      "for w",
      "for any too",
    ]);
  });

  test.each<[string, Partial<ModelRequest>]>([
    ["the instructions", { system: "find the needle here" }],
    ["a message", { messages: [userText("the needle"), userText("and more")] }],
    [
      "a tool's output",
      {
        messages: [
          {
            kind: "tool",
            id: "t1",
            name: "ls",
            content: [{ kind: "text", text: "needle.txt" }],
            isError: false,
          },
        ],
      },
    ],
    [
      "an earlier answer",
      { messages: [{ kind: "assistant", parts: [{ kind: "text", text: "a needle" }] }] },
    ],
  ])("looks for the text of a condition in %s", async (_where, asked) => {
    const { ask } = scripted("- { text: found, when: { contains: needle } }\n- other\n- last\n");
    expect([await ask(), await ask("main", asked)]).toEqual(["other", "found"]);
  });

  test.each([
    ["status: 529, type: overloaded_error, message: busy", true, "529 overloaded_error: busy"],
    ["status: 429, type: insufficient_quota", false, "429 insufficient_quota"],
    ["status: 401, message: no key", false, "401: no key"],
    ["type: overloaded_error, message: busy", true, "overloaded_error: busy"],
    ["message: socket hang up", true, "socket hang up"],
  ])("fails as a provider would with { %s }", async (error, retryable, reason) => {
    const { ask } = scripted(`- error: { ${error} }\n- after\n`);
    const thrown = await caught(ask());
    expect(thrown).toBeInstanceOf(ProviderError);
    expect(thrown).toMatchObject({ retryable, reason });
    expect(await ask()).toBe("after");
  });

  test("breaks off where an error follows the beginning of an answer", async () => {
    const { stream } = scripted("- [half, { error: { status: 500 } }]\n");
    const kinds: string[] = [];
    const reading = async () => {
      for await (const event of stream()) kinds.push(event.kind);
    };
    expect(await caught(reading())).toBeInstanceOf(ProviderError);
    expect(kinds).toEqual(["text-delta", "part"]);
  });
});

describe("a script that has run dry", () => {
  test("says who asked and how many items were used", async () => {
    const { ask } = scripted("- one\n");
    await ask();
    const error = await caught(ask("analyzer"));
    if (!isLlmDoError(error)) throw error;
    expect(error.code).toBe("transport");
    expect(error.report()).toBe(
      [
        'Failed to answer "analyzer": the script has no answer left for it: 1 of 1 items are used',
        "  at main.yaml",
        "Try: add an item to main.yaml",
      ].join("\n"),
    );
  });

  test("names the items that are for other requests", async () => {
    const { ask, transport } = scripted(
      "- one\n- { text: a, when: { worker: w, contains: pdf } }\n- { text: b, when: { worker: v } }",
    );
    await ask();
    const error = await caught(ask());
    if (!isLlmDoError(error)) throw error;
    expect(error.report()).toContain(
      [
        "1 of 3 items are used and the others are for other requests",
        "  at main.yaml",
        '  unused: main.yaml:2:3 answers only a request from the worker "w" with the text "pdf"',
        '  unused: main.yaml:3:3 answers only a request from the worker "v"',
      ].join("\n"),
    );
    expect(transport.remaining).toBe(2);
  });
});

test("an aborted request uses no item and throws the signal's reason", async () => {
  const { transport } = scripted("- one\n");
  const reason = new Error("stop");
  const events = transport.stream(request, { signal: AbortSignal.abort(reason) });
  expect(await caught(collectAnswer(events))).toBe(reason);
  expect(transport.remaining).toBe(1);
});

test("deltas are few, cut between words, and joined they are the text", () => {
  const texts = fc.array(fc.constantFrom("word", " ", "\n", "ü", "."), { maxLength: 30 });
  fc.assert(
    fc.property(texts, (pieces) => {
      const text = pieces.join("");
      const cut = deltas(text);
      expect(cut.join("")).toBe(text);
      expect(cut.length).toBeLessThanOrEqual(4);
      for (const piece of cut.slice(0, -1)) expect(piece).toMatch(/\s$/);
    }),
  );
});
