import type { Json } from "../src/model/json.ts";
import type { WireName } from "../src/providers/wire/provider-config.ts";

/** What the answer-stream subject is asked; it replies with milliseconds. */
export interface StreamQuestion {
  readonly wire: WireName;
  readonly deltaCount: number;
  /** Whether what the decoder says is normalised. */
  readonly isNormalised: boolean;
}

/** The events of a text that is streamed in so many deltas, as one wire has them. */
export function streamedEvents({ wire, deltaCount }: StreamQuestion): readonly (Json | string)[] {
  const words = Array.from({ length: deltaCount }, (_, index) => `${index % 97} word${index % 7} `);
  switch (wire) {
    case "anthropic":
      return anthropicEvents(words);
    case "openai-chat":
      return chatEvents(words);
    case "openai-responses":
      return responsesEvents(words);
    default:
      return wire satisfies never;
  }
}

function anthropicEvents(words: readonly string[]): readonly Json[] {
  const message = { id: "msg_1", role: "assistant", content: [], usage: { input_tokens: 20 } };
  return [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...words.map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 6 } },
    { type: "message_stop" },
  ];
}

function chatEvents(words: readonly string[]): readonly (Json | string)[] {
  const chunk = (choice: Json): Json => ({
    id: "c",
    object: "chat.completion.chunk",
    choices: [choice],
  });
  return [
    ...words.map((content) => chunk({ index: 0, delta: { content }, finish_reason: null })),
    chunk({ index: 0, delta: {}, finish_reason: "stop" }),
    "[DONE]",
  ];
}

function responsesEvents(words: readonly string[]): readonly Json[] {
  const content = [{ type: "output_text", text: words.join(""), annotations: [] }];
  const item = { type: "message", id: "msg_1", status: "completed", role: "assistant", content };
  const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
  const response = { id: "r", status: "completed", output: [item], usage: {} };
  return [
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress", content: [] },
    },
    ...words.map((delta) => ({ type: "response.output_text.delta", ...place, delta })),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ];
}
