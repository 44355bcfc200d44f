import { describe, expect, test } from "vitest";
import { type Answer, collectAnswer } from "../../../src/model/answer.ts";
import type { ModelEvent } from "../../../src/model/event.ts";
import { ProviderError } from "../../../src/providers/provider-error.ts";
import {
  type Answering,
  answerOf,
  ask,
  breakingAfter,
  FORMS,
  saying,
  sending,
  useWireServer,
} from "./wire-server.ts";
import { ANTHROPIC, CHAT, RESPONSES, type Said, type SpokenWire, WIRES } from "./wires.ts";

const server = useWireServer();

const wires = WIRES.map((wire) => [wire.name, wire] as const);

async function failure(wire: SpokenWire, answering: Answering): Promise<ProviderError> {
  server.answer(answering);
  const thrown: unknown = await answerOf(server, wire).catch((error: unknown) => error);
  if (thrown instanceof ProviderError) return thrown;
  throw new Error(`it did not fail: ${JSON.stringify(thrown)}`);
}

const SAYINGS: readonly (readonly [what: string, said: Said])[] = [
  ["a text", { text: "Do NOT delete the folder." }],
  ["thinking and a text", { thinking: "Hm, a folder.", text: "It is größer 🙂." }],
  ["a call", { text: "Well.", calls: [{ id: "a", name: "look", arguments: '{"n":1}' }] }],
  [
    "two calls",
    {
      calls: [
        { id: "a", name: "look", arguments: '{"n":1}' },
        { id: "b", name: "look", arguments: "" },
      ],
    },
  ],
];

describe.each(wires)("the model that answers, on the wire %s", (_name, wire) => {
  const asked = wire.model.slice(wire.model.indexOf(":") + 1);

  test.each(FORMS)("is told where it is another one than was asked for: %s", async (form) => {
    const by = async (model?: string) => {
      server.answer(
        saying(wire, { text: "Paris.", ...(model === undefined ? {} : { model }) }, form),
      );
      return (await answerOf(server, wire)).answeredBy;
    };
    expect(await by(`${asked}-20261001`)).toBe(`${asked}-20261001`);
    expect(await by(asked)).toBeUndefined();
    expect(await by()).toBeUndefined();
    expect(await by("m".repeat(1_000))).toBe(`${"m".repeat(200)}…`);
  });
});

describe.each(wires)("a stream of the wire %s that was cut", (_name, wire) => {
  test.each(SAYINGS)("at any event of %s is an error, or has said all", async (_what, said) => {
    const events = wire.events(said);
    server.answer(sending(events.join("")));
    const whole = await answerOf(server, wire);
    for (let count = 0; count < events.length; count++) {
      for (const cut of [sending, breakingAfter]) {
        server.answer(cut(events.slice(0, count).join("")));
        await expectWholeOrBroken(wire, whole);
      }
    }
  });

  test("within its last event is an error, or has said all", async () => {
    const text = wire.events({ text: "Paris." }).join("");
    server.answer(sending(text));
    const whole = await answerOf(server, wire);
    for (let length = text.length - 40; length < text.length; length++) {
      server.answer(sending(text.slice(0, length)));
      await expectWholeOrBroken(wire, whole);
    }
  });

  test("needs no blank line after its last event", async () => {
    server.answer(sending(wire.events({ text: "Hi." }).join("").trimEnd()));
    expect(await answerOf(server, wire)).toMatchObject({ parts: [{ text: "Hi." }], stop: "end" });
  });
});

/** The answer but for its usage, which may come last; or an error that asks to try again. */
async function expectWholeOrBroken(wire: SpokenWire, whole: Answer): Promise<void> {
  try {
    const { usage: _usage, ...answer } = await answerOf(server, wire);
    const { usage: _ours, ...expected } = whole;
    expect(answer).toEqual(expected);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    expect(error.retryable).toBe(true);
  }
}

describe.each(WIRES.flatMap((wire) => FORMS.map((form) => [wire.name, form, wire] as const)))(
  "an answer of the wire %s as a %s",
  (_name, form, wire) => {
    test.each(["some_new_reason", "Because", "stop!"])(
      "that stopped for the unknown reason %s is an error that names it, whatever it says",
      async (stop) => {
        for (const said of [{}, { text: "The answer is fo" }]) {
          const error = await failure(wire, saying(wire, { ...said, stop }, form));
          expect(error.reason).toContain(JSON.stringify(stop));
          expect(error.retryable).toBe(false);
        }
      },
    );

    test.each(["abort", "function_call_filter: MALFORMED_FUNCTION_CALL", "error"])(
      "that the server gave up on (%s) is an error that may be tried again",
      async (stop) => {
        const error = await failure(wire, saying(wire, { text: "The answer is fo", stop }, form));
        expect(error.reason).toContain(JSON.stringify(stop));
        expect(error.retryable).toBe(true);
      },
    );

    test.each(["content_filter: PROHIBITED_CONTENT", "content_filter: SAFETY", "content_filter"])(
      "that was filtered (%s) is a refusal that says so",
      async (stop) => {
        server.answer(saying(wire, { stop }, form));
        expect(await answerOf(server, wire)).toMatchObject({ stop: "refusal", stopDetail: stop });
      },
    );

    test("that thought and said nothing is an error", async () => {
      const error = await failure(wire, saying(wire, { thinking: "It is 4." }, form));
      expect(error.reason).toContain("the model thought and gave no answer");
    });

    test("that stopped for a call and made none is an error", async () => {
      const stop = wire === CHAT ? "tool_calls" : "tool_use";
      for (const said of [{}, { text: "Let me look." }]) {
        const error = await failure(wire, saying(wire, { ...said, stop }, form));
        expect(error.reason).toContain(`"${stop}"`);
      }
    });

    test("that the token limit cut before it said anything says what to raise", async () => {
      for (const said of [{}, { thinking: "Hm" }, { text: "  \n" }]) {
        const error = await failure(wire, saying(wire, { ...said, stop: wire.limit }, form));
        expect(error.report()).toContain("settings.max_tokens");
        expect(error.retryable).toBe(false);
      }
    });
  },
);

describe("an answer that says nothing", () => {
  test.each(FORMS)("is legitimate at Anthropic's end_turn (%s)", async (form) => {
    for (const said of [{}, { text: "\n\n" }]) {
      server.answer(saying(ANTHROPIC, { ...said, stop: "end_turn" }, form));
      expect((await answerOf(server, ANTHROPIC)).stop).toBe("end");
    }
  });

  test.each([
    [CHAT.name, CHAT],
    [RESPONSES.name, RESPONSES],
  ] as const)("is an error elsewhere (%s)", async (_name, wire) => {
    for (const said of [{ text: "" }, { text: " \n" }, {}]) {
      for (const form of FORMS) {
        const error = await failure(wire, saying(wire, said, form));
        expect(error.reason).toContain("the model said nothing");
        expect(error.retryable).toBe(true);
      }
    }
  });
});

describe("Chat Completions", () => {
  const chunk = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

  test("an empty finish reason with each chunk is no end", async () => {
    const text = chunk(
      { content: "Paris is the capital of France; the capital of Germany is " },
      "",
    );
    for (const answering of [sending(text), breakingAfter(text)]) {
      expect(await failure(CHAT, answering)).toMatchObject({ retryable: true });
    }
  });

  test("a signature beside no answer is no answer", async () => {
    const google = { google: { thought_signature: "c2lnbg==" } };
    const text = chunk({ content: "", extra_content: google }, "stop");
    expect((await failure(CHAT, sending(text))).reason).toContain("said nothing");
  });

  test("the legacy function_call is named, not passed over", async () => {
    const call = { name: "f", arguments: "{}" };
    const message = { role: "assistant", content: null, function_call: call };
    const whole = { choices: [{ index: 0, message, finish_reason: "function_call" }] };
    for (const answering of [
      sending(JSON.stringify(whole), "application/json"),
      sending(chunk({ function_call: call }, "function_call")),
    ]) {
      expect((await failure(CHAT, answering)).reason).toContain("legacy function_call");
    }
  });
});

test("Anthropic's explanation of a refusal is kept", async () => {
  const explanation = "This asks for malware.";
  const stop_details = { type: "refusal", category: "cyber", explanation };
  const message = { type: "message", content: [], stop_reason: "refusal", stop_details, usage: {} };
  server.answer(sending(JSON.stringify(message), "application/json"));
  expect(await answerOf(server, ANTHROPIC)).toMatchObject({
    stop: "refusal",
    stopDetail: explanation,
  });
});

describe.each(wires)("a response to the wire %s that is no answer", (_name, wire) => {
  test("is named where it is a page, whatever its type says", async () => {
    const page = "<!doctype html><html><head><title>Sign in</title></head></html>";
    for (const type of ["text/html", "text/event-stream", "application/json"]) {
      const error = await failure(wire, sending(page, type));
      expect(error.reason).toContain("a page");
      expect(error.reason).toContain('"Sign in"');
      expect(error.retryable).toBe(false);
    }
  });

  test("is named where it is another protocol", async () => {
    for (const other of WIRES.filter(({ name }) => name !== wire.name)) {
      for (const form of FORMS) {
        const error = await failure(wire, saying(other, { text: "Hi." }, form));
        expect(error.reason).toContain("does not speak");
        expect(error.retryable).toBe(false);
      }
    }
  });

  test("is told where it is an error as JSON under the type of a stream", async () => {
    const body = JSON.stringify({ error: { type: "overloaded_error", message: "Overloaded" } });
    const error = await failure(wire, sending(body, "text/event-stream"));
    expect(error).toMatchObject({ type: "overloaded_error", retryable: true });
    expect(error.reason).toContain("Overloaded");
  });

  test("may be tried again where it is empty", async () => {
    expect(await failure(wire, sending(""))).toMatchObject({ retryable: true });
  });
});

describe.each(wires)("thinking between tags on the wire %s", (_name, wire) => {
  const THINKING: readonly (readonly [string, string, string, string])[] = [
    ["before the answer", '<think>\nhm\n</think>\n\n{"a": 4}', "hm", '{"a": 4}'],
    ["under the other name", "<thinking>hm</thinking>Four.", "hm", "Four."],
    ["without its opening tag", "It is 4.\n</think>\n\nFour.", "It is 4.", "Four."],
    ["in two blocks", "<think>a</think>\n<think>b</think>\nFour.", "ab", "Four."],
  ];

  test.each(THINKING)("becomes thinking: %s", async (_how, text, thought, said) => {
    for (const form of FORMS) {
      server.answer(saying(wire, { text }, form));
      const heard: ModelEvent[] = [];
      const answer = await collectAnswer(ask(server, wire), (event) => {
        if (event.kind === "restart") heard.length = 0;
        else heard.push(event);
      });
      const joined = (kind: string) =>
        answer.parts
          .map((part) => (part.kind === kind && "text" in part ? part.text : ""))
          .join("");
      expect([joined("thinking"), joined("text").trim()]).toEqual([thought, said]);
      const told = heard.map((event) => (event.kind === "text-delta" ? event.text : "")).join("");
      expect(told.trim()).toBe(said);
    }
  });

  test.each([
    "The tag <think> opens and </think> closes.",
    "Use `</think>` to close it.",
    "<thinker> is no tag",
    "a < b",
    "<",
  ])("is none where the text only speaks of it: %s", async (text) => {
    for (const form of FORMS) {
      server.answer(saying(wire, { text }, form));
      const deltas: string[] = [];
      const answer = await collectAnswer(ask(server, wire), (event) => {
        if (event.kind === "text-delta") deltas.push(event.text);
      });
      expect(answer.parts).toMatchObject([{ kind: "text", text }]);
      expect(deltas.join("")).toBe(text);
    }
  });

  test("that never ends is no answer", async () => {
    const error = await failure(wire, saying(wire, { text: "<think>hm, but" }));
    expect(error.reason).toContain("the model thought and gave no answer");
  });
});
