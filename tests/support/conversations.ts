import fc from "fast-check";
import type { Answer } from "../../src/model/answer.ts";
import { STOP_REASONS } from "../../src/model/event.ts";
import type { Json, JsonObject } from "../../src/model/json.ts";
import type { AnswerPart, ContentPart, Message } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";

/** Texts that formats trip over, among ordinary ones. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.lorem({ maxCount: 12 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: fc.constantFrom("a", " ", "\n", "-", ":", "#", '"'), maxLength: 12 }),
  fc.constantFrom("---\nexchange: x", "\n---\n", "timing: {}\n", "response:", "yes", "", "𝄞\r\n"),
);

const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    anyText,
    fc.integer(),
    fc.constantFrom<Json>(null, true, false),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(anyText, tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }) as fc.Arbitrary<Json>,
  ),
})).value;

const anyObject: fc.Arbitrary<JsonObject> = fc.dictionary(
  anyText.filter((key) => key !== "__proto__"),
  anyJson,
  { maxKeys: 3, noNullPrototype: true },
);

const extra = fc.option(
  fc.record({ wire: fc.constantFrom("anthropic", "openai-chat"), data: anyJson }),
  { nil: undefined },
);

function withExtra<Part extends object>(part: fc.Arbitrary<Part>) {
  return fc
    .tuple(part, extra)
    .map(([fields, more]) => (more === undefined ? fields : { ...fields, extra: more }));
}

const anyPart: fc.Arbitrary<AnswerPart> = fc.oneof(
  withExtra(fc.record({ kind: fc.constant("text" as const), text: anyText })),
  withExtra(fc.record({ kind: fc.constant("thinking" as const), text: anyText })),
  withExtra(
    fc.record({
      kind: fc.constant("tool-call" as const),
      id: anyText,
      name: anyText,
      input: anyJson,
    }),
  ),
  withExtra(
    fc.record({
      kind: fc.constant("tool-call" as const),
      id: anyText,
      name: anyText,
      input: fc.constant({}),
      invalidInput: anyText,
      refusal: anyText,
    }),
  ),
  fc.record({
    kind: fc.constant("opaque" as const),
    extra: fc.record({ wire: fc.constant("anthropic"), data: anyJson }),
  }),
);

const anyAnswer: fc.Arbitrary<Answer> = fc.record({
  parts: fc.array(anyPart, { maxLength: 4 }),
  stop: fc.constantFrom(...STOP_REASONS),
  usage: fc.record(
    {
      inputTokens: fc.nat(9999),
      outputTokens: fc.nat(9999),
      cacheReadTokens: fc.nat(9999),
      cacheWriteTokens: fc.nat(9999),
      cacheWriteHourTokens: fc.nat(9999),
    },
    { requiredKeys: ["inputTokens", "outputTokens"] },
  ),
  source: fc.constantFrom("live" as const, "script" as const),
});

const anyContent: fc.Arbitrary<readonly ContentPart[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("text" as const), text: anyText }),
    fc.record({
      kind: fc.constant("attachment" as const),
      name: anyText,
      mediaType: fc.constantFrom("image/png", "application/pdf"),
      sha256: fc.constantFrom("aa", "bb"),
      bytes: fc.constant(new Uint8Array(0)),
    }),
    fc.record({
      kind: fc.constant("attachment-url" as const),
      mediaType: fc.constant("image/png"),
      url: fc.webUrl(),
    }),
  ),
  { minLength: 1, maxLength: 3 },
);

const anyUserMessage: fc.Arbitrary<Message> = fc.record({
  kind: fc.constant("user" as const),
  content: anyContent,
});

const anyReply: fc.Arbitrary<Message> = fc.oneof(
  anyUserMessage,
  fc.record({
    kind: fc.constant("tool" as const),
    id: anyText,
    name: fc.constant(""),
    content: anyContent,
    isError: fc.boolean(),
  }),
);

const anyHead: fc.Arbitrary<Omit<ModelRequest, "messages">> = fc.record(
  {
    model: fc.constantFrom("anthropic:a", "openai:b"),
    system: anyText,
    tools: fc.array(fc.record({ name: anyText, description: anyText, inputSchema: anyObject }), {
      maxLength: 2,
    }),
    serverTools: fc.array(fc.record({ type: fc.constant("web_search" as const) }), {
      maxLength: 1,
    }),
    settings: fc.record(
      { temperature: fc.integer({ min: 0, max: 2 }), maxTokens: fc.nat() },
      { requiredKeys: [] },
    ),
    outputSchema: anyObject,
  },
  { requiredKeys: ["model", "system", "tools", "serverTools", "settings"] },
);

interface Turn {
  readonly answer: Answer;
  /** What the program says after the answer. */
  readonly replies: readonly Message[];
}

export interface Conversation {
  readonly head: Omit<ModelRequest, "messages">;
  readonly first: Message;
  readonly turns: readonly Turn[];
}

export const anyConversation: fc.Arbitrary<Conversation> = fc.record({
  head: anyHead,
  first: anyUserMessage,
  turns: fc.array(fc.record({ answer: anyAnswer, replies: fc.array(anyReply, { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** The requests of a conversation, each with the answer that it gets. */
export function exchangesOf(
  conversation: Conversation,
): readonly { request: ModelRequest; answer: Answer }[] {
  const messages: Message[] = [conversation.first];
  return conversation.turns.map(({ answer, replies }) => {
    const request = { ...conversation.head, messages: [...messages] };
    messages.push({ kind: "assistant", parts: answer.parts }, ...replies);
    return { request, answer };
  });
}
