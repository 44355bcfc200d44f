import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RequestKeyer } from "./key.ts";
import { type Message, userText } from "./message.ts";
import type { ModelRequest } from "./request.ts";

const request: ModelRequest = {
  model: "anthropic:claude-haiku-4-5",
  system: "You sort files.",
  messages: [userText("Sort them.")],
  tools: [{ name: "ls", description: "List files.", inputSchema: { type: "object" } }],
  serverTools: [],
  settings: { temperature: 0 },
};

const assistant: Message = { kind: "assistant", parts: [{ kind: "text", text: "Done." }] };

describe("the key of a request", () => {
  test("has 16 hexadecimal digits and does not depend on the order of fields", () => {
    const key = new RequestKeyer().key(request);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    const shuffled = Object.fromEntries(Object.entries(request).reverse());
    expect(new RequestKeyer().key(shuffled as unknown as ModelRequest)).toBe(key);
  });

  test.each<[string, Partial<ModelRequest>]>([
    ["the model", { model: "anthropic:claude-sonnet-4-5" }],
    ["the instructions", { system: "You sort file." }],
    ["a tool's description", { tools: [{ ...request.tools[0]!, description: "List." }] }],
    ["a tool's schema", { tools: [{ ...request.tools[0]!, inputSchema: { type: "string" } }] }],
    ["a setting", { settings: { temperature: 1 } }],
    ["a server-side tool", { serverTools: [{ type: "web_search" }] }],
    ["an output schema", { outputSchema: { type: "object" } }],
    ["a message", { messages: [userText("Sort them")] }],
    ["one message more", { messages: [...request.messages, assistant] }],
  ])("changes with %s", (_what, change) => {
    const keyer = new RequestKeyer();
    const key = keyer.key(request);
    expect(keyer.key({ ...request, ...change })).not.toBe(key);
  });

  test("does not depend on what was hashed before", () => {
    const texts = fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), (conversations) => {
        const shared = new RequestKeyer();
        const pool = new Map<string, Message>();
        const messageOf = (text: string) => {
          const known = pool.get(text) ?? userText(text);
          pool.set(text, known);
          return known;
        };
        for (const conversation of conversations) {
          const asked = { ...request, messages: conversation.map(messageOf) };
          expect(shared.key(asked)).toBe(new RequestKeyer().key(asked));
        }
      }),
    );
  });

  test("leaves a chain as it was when its conversation goes on, in two ways", () => {
    const keyer = new RequestKeyer();
    const chain = keyer.chain(request);
    const states = [...chain.states];
    const on = (text: string) => ({ ...request, messages: [...request.messages, userText(text)] });
    const [first, second] = [keyer.chain(on("On.")), keyer.chain(on("Or so."))];
    expect(chain.states).toEqual(states);
    expect(first.states.slice(0, -1)).toEqual(states);
    expect(second.states.slice(0, -1)).toEqual(states);
    expect(second.key).not.toBe(first.key);
  });

  test("covers attachments by their hash, not their bytes", () => {
    const attachment = {
      kind: "attachment",
      name: "a.pdf",
      mediaType: "application/pdf",
      sha256: "00",
    } as const;
    const withBytes = (bytes: number[]) => ({
      ...request,
      messages: [
        {
          kind: "user",
          content: [{ ...attachment, bytes: Uint8Array.from(bytes) }],
        } satisfies Message,
      ],
    });
    const keyer = new RequestKeyer();
    expect(keyer.key(withBytes([1]))).toBe(keyer.key(withBytes([2])));
  });
});

describe("the state with one message more", () => {
  const text = { kind: "text", text: "Done." } as const;

  test("is the one that the next request has, whoever made its message", () => {
    const keyer = new RequestKeyer();
    const first = keyer.chain(request);
    const state = keyer.stateWith(first, { kind: "assistant", parts: [text] });
    const parts: readonly (typeof text)[] = [text];
    const next = keyer.chain({
      ...request,
      messages: [...request.messages, { kind: "assistant", parts }],
    });
    expect(next.stateAt(next.length)).toBe(state);
    expect(next.states.at(-1)).toBe(state);
    expect(next.stateAt(next.length + 1)).toBeUndefined();
  });

  test.each<[string, Message]>([
    ["another answer", { kind: "assistant", parts: [{ kind: "text", text: "Not done." }] }],
    ["a longer answer", { kind: "assistant", parts: [text, text] }],
    ["a person's message", userText("Done.")],
  ])("is not taken for that of %s", (_what, message) => {
    const keyer = new RequestKeyer();
    keyer.stateWith(keyer.chain(request), { kind: "assistant", parts: [text] });
    const asked = { ...request, messages: [...request.messages, message] };
    expect(keyer.key(asked)).toBe(new RequestKeyer().key(asked));
  });
});
