import fc from "fast-check";
import type { Json } from "../../src/model/json.ts";
import {
  type AnswerPart,
  type Attachment,
  bytesAttachment,
  type ContentPart,
  type Message,
  type ProviderExtra,
} from "../../src/model/message.ts";
import type { ModelRequest, ToolDefinition } from "../../src/model/request.ts";

/** Any text, half surrogate pairs among it, and often one that APIs are known to refuse. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("", " ", "\n\n", "\u00a0", "caf\ud83d", "\ude00x", "Hello.", "Yes \n"),
);

const id = fc.oneof(
  fc.constantFrom("a", "call_1", "call:1", "toolu_1", "", " ", "abcDEF123", "x".repeat(70)),
  text,
);

const name = fc.oneof(
  fc.constantFrom("look", "repo.search", "repo_search", "files/read", "", "n".repeat(100), "ü"),
  text,
);

const json = fc.jsonValue({ maxDepth: 2, stringUnit: "binary" }) as fc.Arbitrary<Json>;

const object = fc.dictionary(text, json, { maxKeys: 3 });

function extraOf(wire: string, data: fc.Arbitrary<unknown>): fc.Arbitrary<ProviderExtra> {
  return data.map((value) => ({ wire, data: value as Json })); // made of JSON below
}

const anyExtra = fc.oneof(
  extraOf("anthropic", fc.record({ signature: fc.oneof(text, fc.constant("sig==")) })),
  extraOf("openai-chat", fc.record({ field: fc.constantFrom("reasoning_content", "reasoning") })),
  extraOf("openai-chat", fc.constant({ field: "content", block: { type: "thinking" } })),
  extraOf(
    "openai-responses",
    fc.record({
      type: fc.constant("reasoning"),
      id,
      encrypted_content: text,
      summary: fc.constant([]),
    }),
  ),
  extraOf(
    "openai-responses",
    fc.constant({ type: "reasoning", content: [{ type: "reasoning_text", text: "Hm." }] }),
  ),
  extraOf("somebody-else", json),
);

const textExtra = fc.oneof(
  extraOf(
    "anthropic",
    fc.constant({ citations: [{ type: "char_location", cited_text: "c\ud83d" }] }),
  ),
  extraOf("openai-responses", fc.constant({ id: "msg_1", content: { type: "refusal" } })),
  extraOf("openai-responses", fc.constant({ id: "msg_2", phase: "commentary" })),
  extraOf("openai-chat", fc.constant({ field: "refusal" })),
  extraOf("somebody-else", json),
);

const callExtra = fc.oneof(
  extraOf("anthropic", fc.constant({ caller: { type: "code_execution_20250825", tool_id: "s1" } })),
  extraOf(
    "openai-responses",
    fc.record({
      id,
      arguments: fc.oneof(text, fc.constantFrom('{ "a": 1 }', '{"a":"\\ud83d"}', "[1]")),
    }),
  ),
  extraOf("openai-chat", fc.record({ extra_content: object })),
  extraOf("somebody-else", json),
);

const opaqueExtra = fc.oneof(
  extraOf(
    "anthropic",
    fc.constant({
      type: "server_tool_use",
      id: "s1",
      name: "web_search",
      input: { query: "q\ud83d" },
    }),
  ),
  extraOf("anthropic", fc.constant({ type: "redacted_thinking", data: "b64" })),
  extraOf("anthropic", json),
  extraOf(
    "openai-responses",
    fc.constant({ type: "web_search_call", id: "ws_1", status: "completed" }),
  ),
  extraOf("openai-responses", json),
  extraOf(
    "openai-chat",
    fc.constant({ fields: { extra_content: { google: { thought_signature: "c2ln" } } } }),
  ),
  extraOf("openai-chat", json),
  extraOf("somebody-else", json),
);

const maybe = <T>(extra: fc.Arbitrary<T>) =>
  fc
    .option(extra, { nil: undefined })
    .map((value) => (value === undefined ? {} : { extra: value }));

const part: fc.Arbitrary<AnswerPart> = fc.oneof(
  fc
    .tuple(text, maybe(textExtra))
    .map(([said, extra]) => ({ kind: "text", text: said, ...extra }) as const),
  fc
    .tuple(text, maybe(anyExtra))
    .map(([said, extra]) => ({ kind: "thinking", text: said, ...extra }) as const),
  opaqueExtra.map((extra) => ({ kind: "opaque", extra }) as const),
  fc
    .record({
      id,
      name,
      input: fc.oneof(object, json),
      invalid: fc.option(text, { nil: undefined }),
      extra: maybe(callExtra),
    })
    .map(({ invalid, extra, ...call }) => ({
      kind: "tool-call" as const,
      ...call,
      ...(invalid === undefined ? {} : { invalidInput: invalid }),
      ...extra,
    })),
);

const file: fc.Arbitrary<Attachment> = fc.oneof(
  text.map((called) => bytesAttachment(called, "image/png", Uint8Array.of(1, 2, 3, 4, 5, 6))),
  text.map((called) =>
    bytesAttachment(called, "text/plain", new TextEncoder().encode("text of the file")),
  ),
  text.map((called) =>
    bytesAttachment(called, "application/pdf", Uint8Array.of(7, 8, 9, 10, 11, 12)),
  ),
  fc.constant({
    kind: "attachment-url",
    mediaType: "image/png",
    url: "https://a.example/x.png",
  } as const),
);

const content: fc.Arbitrary<ContentPart[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: text.map((said) => ({ kind: "text", text: said }) as const) },
    { weight: 1, arbitrary: file },
  ),
  { maxLength: 3 },
);

const message: fc.Arbitrary<Message> = fc.oneof(
  content.map((said) => ({ kind: "user", content: said }) as const),
  fc.array(part, { maxLength: 4 }).map((parts) => ({ kind: "assistant", parts }) as const),
  fc.record({ kind: fc.constant("tool" as const), id, name, content, isError: fc.boolean() }),
);

const tool: fc.Arbitrary<ToolDefinition> = fc.record({
  name,
  description: text,
  inputSchema: fc.constant({ type: "object", properties: { "a\ud83d": { type: "string" } } }),
});

/** Whatever a history may hold, in any order. */
export function anyRequest(model: string): fc.Arbitrary<ModelRequest> {
  return fc.record({
    model: fc.constant(model),
    system: text,
    messages: fc.array(message, { maxLength: 7 }),
    tools: fc.uniqueArray(tool, { maxLength: 4, selector: ({ name: own }) => own }),
    serverTools: fc.constant([]),
    settings: fc.constant({}),
  });
}
