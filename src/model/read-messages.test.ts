import fc from "fast-check";
import { expect, test } from "vitest";
import { anyConversation, exchangesOf } from "../../tests/support/conversations.ts";
import { nextState } from "./key.ts";
import { bytesAttachment, type ContentPart, type Message } from "./message.ts";
import { readMessages } from "./read-messages.ts";

/** The same messages with real hashes, each call answered and no result without its call. */
function paired(messages: readonly Message[]): Message[] {
  return messages.flatMap((message): Message[] => {
    if (message.kind === "tool") return [];
    if (message.kind === "user") return [{ ...message, content: message.content.map(hashed) }];
    const ids = new Set<string>();
    const parts = message.parts.filter(
      (part) => part.kind !== "tool-call" || !(ids.has(part.id) || !ids.add(part.id)),
    );
    const results = [...ids].map((id): Message => {
      return { kind: "tool", id, name: "any", content: [], isError: false };
    });
    return [{ ...message, parts }, ...results];
  });
}

function hashed(part: ContentPart): ContentPart {
  if (part.kind !== "attachment") return part;
  return bytesAttachment(part.name, part.mediaType, Buffer.from(part.name));
}

test("a conversation that goes through JSON is the same, and has the same keys", () => {
  fc.assert(
    fc.property(anyConversation, (conversation) => {
      const messages = paired(exchangesOf(conversation).at(-1)?.request.messages ?? []);
      const text = JSON.stringify(messages);
      const read = readMessages(JSON.parse(text));
      expect(JSON.stringify(read)).toBe(text);
      expect(read).toEqual(messages);
      const keys = (all: readonly Message[]) => all.map((message) => nextState("", message));
      expect(keys(read)).toEqual(keys(messages));
      expect(JSON.stringify(readMessages(messages))).toBe(text);
    }),
  );
});
