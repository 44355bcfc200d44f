import { Stream } from "@anthropic-ai/sdk/core/streaming";
import { isJsonObject, type JsonObject } from "../../model/json.ts";

/**
 * The events of a stream, as JSON objects. Read by the SDK's decoder, but below its filter, which
 * drops events that a compatible server sends without a name.
 *
 * @throws SyntaxError when an event is not JSON; whatever the body throws when it breaks off
 */
export async function* readEvents(response: Response): AsyncGenerator<JsonObject, void, undefined> {
  for await (const { event, data } of Stream.rawEvents(response)) {
    if (data === "" || data === "[DONE]") continue;
    if (event === "error") yield errorEvent(data);
    else {
      const value: unknown = JSON.parse(data);
      if (isJsonObject(value)) yield value;
    }
  }
}

/** An error is told even when a proxy in between wrote it as plain text. */
function errorEvent(data: string): JsonObject {
  try {
    const value: unknown = JSON.parse(data);
    if (isJsonObject(value)) return { ...value, type: "error" };
  } catch {
    // Not JSON: the text itself is the message.
  }
  return { type: "error", error: { message: data } };
}
