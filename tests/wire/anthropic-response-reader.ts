import type { Answer } from "../../src/model/answer.ts";
import type { StopReason } from "../../src/model/event.ts";
import type { Json, JsonObject } from "../../src/model/json.ts";
import type { AnswerPart } from "../../src/model/message.ts";

type Fields = Record<string, Json>;

/** What a recorded response says, read by hand: the transport must come to the same. */
export function readResponse(body: Json, asked: Json | undefined): Answer {
  const message = typeof body === "string" ? foldStream(body) : (body as JsonObject);
  const usage = message.usage as Fields;
  const read = usage.cache_read_input_tokens;
  const written = usage.cache_creation_input_tokens;
  return {
    parts: (message.content as readonly JsonObject[]).map(readBlock),
    stop: STOPS[message.stop_reason as string] as StopReason,
    usage: {
      inputTokens: usage.input_tokens as number,
      outputTokens: usage.output_tokens as number,
      ...(read ? { cacheReadTokens: read as number } : {}),
      ...(written ? { cacheWriteTokens: written as number } : {}),
    },
    ...(message.model === asked ? {} : { answeredBy: message.model as string }),
    source: "live",
  };
}

/** The stop reasons that the recordings hold. */
const STOPS: Readonly<Record<string, StopReason>> = {
  end_turn: "end",
  tool_use: "tool-calls",
  max_tokens: "max-tokens",
  stop_sequence: "stop-sequence",
  pause_turn: "pause",
};

function readBlock(block: JsonObject): AnswerPart {
  const { type, text, citations, thinking, signature, id, name, input } = block;
  if (type === "text") {
    const cited = Array.isArray(citations) && citations.length > 0;
    const extra = { wire: "anthropic", data: { citations: citations ?? null } };
    return { kind: "text", text: text as string, ...(cited ? { extra } : {}) };
  }
  if (type === "thinking") {
    const extra = { wire: "anthropic", data: { signature: signature as string } };
    return { kind: "thinking", text: thinking as string, extra };
  }
  if (type === "tool_use") {
    return { kind: "tool-call", id: id as string, name: name as string, input: input as Json };
  }
  return { kind: "opaque", extra: { wire: "anthropic", data: block } };
}

/** The message that an event stream builds up, event by event. */
function foldStream(text: string): JsonObject {
  const content: Fields[] = [];
  const inputs: string[] = [];
  let message: Fields = {};
  for (const event of eventsIn(text)) {
    const index = event.index as number;
    if (event.type === "message_start") message = { ...(event.message as Fields) };
    if (event.type === "content_block_start")
      content[index] = { ...(event.content_block as Fields) };
    if (event.type === "content_block_delta") {
      addDelta(content[index] as Fields, event.delta as Fields, (json) => {
        inputs[index] = (inputs[index] ?? "") + json;
      });
    }
    if (event.type === "message_delta") {
      message.stop_reason = (event.delta as Fields).stop_reason as Json;
      message.usage = { ...(message.usage as Fields), ...(event.usage as Fields) };
    }
  }
  for (const [index, json] of inputs.entries()) {
    if (json) (content[index] as Fields).input = JSON.parse(json);
  }
  return { ...message, content: content as readonly JsonObject[] };
}

function addDelta(block: Fields, delta: Fields, addInput: (json: string) => void): void {
  if (delta.type === "text_delta") block.text = `${block.text}${delta.text}`;
  else if (delta.type === "thinking_delta") block.thinking = `${block.thinking}${delta.thinking}`;
  else if (delta.type === "signature_delta") block.signature = delta.signature as string;
  else if (delta.type === "citations_delta") {
    block.citations = [...((block.citations as Json[] | undefined) ?? []), delta.citation as Json];
  } else if (delta.type === "input_json_delta") addInput(delta.partial_json as string);
  else throw new Error(`the recordings hold a new kind of delta: ${delta.type}`);
}

function eventsIn(text: string): Fields[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => JSON.parse(line.slice("data:".length)) as Fields);
}
