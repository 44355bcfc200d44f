import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";

/** What a recorded answer says, read without the transport's code. For tests only. */
export interface RecordedAnswer {
  readonly output: readonly JsonObject[];
  readonly parts: readonly unknown[];
  /** Everything that was streamed as text, joined; undefined where nothing was streamed. */
  readonly streamedText: string | undefined;
  readonly streamedThinking: string | undefined;
  readonly stop: string;
  readonly usage: JsonObject;
  /** The error that the answer holds instead of an end. */
  readonly error: JsonObject | undefined;
}

export function readRecordedAnswer(body: Json): RecordedAnswer {
  const events = typeof body === "string" ? readEvents(body) : undefined;
  const last = events ? events.at(-1)?.response : body;
  const response = isJsonObject(last) ? last : {};
  const output = objects(response.output);
  return {
    output,
    parts: output.flatMap(partsOf),
    streamedText: joined(events, ["response.output_text.delta", "response.refusal.delta"]),
    streamedThinking: joined(events, ["response.reasoning_text.delta"]),
    stop: stopOf(response, output),
    usage: isJsonObject(response.usage) ? response.usage : {},
    error: isJsonObject(response.error) ? response.error : undefined,
  };
}

function readEvents(text: string): JsonObject[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((block) => /^data: ?(.*)$/m.exec(block)?.[1] ?? "")
    .filter((data) => data !== "" && data !== "[DONE]")
    .map((data) => JSON.parse(data) as JsonObject); // each event of this wire is an object
}

function joined(events: JsonObject[] | undefined, types: readonly string[]): string | undefined {
  return events
    ?.filter((event) => types.includes(String(event.type)))
    .map((event) => String(event.delta))
    .join("");
}

/** One entry for each part: its kind and what a reader of the answer sees of it. */
function partsOf(item: JsonObject): unknown[] {
  if (item.type === "message") {
    return objects(item.content).map((piece) => ["text", piece.text ?? piece.refusal]);
  }
  if (item.type === "reasoning") {
    const pieces = [...objects(item.summary), ...objects(item.content)];
    return [["thinking", pieces.map((piece) => piece.text).join("\n\n"), item]];
  }
  if (item.type === "function_call") {
    const input: unknown = JSON.parse(String(item.arguments));
    return [["tool-call", item.call_id, item.name, input, item.id]];
  }
  return [["opaque", item]];
}

function stopOf(response: JsonObject, output: readonly JsonObject[]): string {
  if (response.status === "incomplete") {
    const details = response.incomplete_details;
    const reason = isJsonObject(details) ? details.reason : undefined;
    return reason === "max_output_tokens" ? "max-tokens" : "unread";
  }
  const pieces = output.flatMap((item) => objects(item.content));
  if (pieces.some((piece) => piece.type === "refusal")) return "refusal";
  return output.some((item) => item.type === "function_call") ? "tool-calls" : "end";
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
