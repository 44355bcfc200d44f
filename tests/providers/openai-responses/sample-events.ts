import type { JsonObject } from "../../../src/model/json.ts";

export const USAGE: JsonObject = {
  input_tokens: 50,
  input_tokens_details: { cached_tokens: 20, cache_write_tokens: 5 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 57,
};

export function message(id: string, text: string): JsonObject {
  return {
    id,
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text, annotations: [] }],
  };
}

export function functionCall(id: string, callId: string, args: string): JsonObject {
  return {
    id,
    type: "function_call",
    status: "completed",
    call_id: callId,
    name: "look",
    arguments: args,
  };
}

export function textDelta(output_index: number, delta: string): JsonObject {
  return { type: "response.output_text.delta", output_index, content_index: 0, delta };
}

export function itemDone(output_index: number, item: JsonObject): JsonObject {
  return { type: "response.output_item.done", output_index, item };
}

export function completed(output: readonly JsonObject[]): JsonObject {
  return {
    type: "response.completed",
    response: { object: "response", status: "completed", output, usage: USAGE },
  };
}
