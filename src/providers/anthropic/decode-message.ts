import { answerEvents } from "../../model/answer.ts";
import type { ModelEvent } from "../../model/event.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import { decodeBlock } from "./decode-block.ts";
import { decodeEnd, mergeUsage } from "./decode-end.ts";

/**
 * The events of an answer that came whole, from a server that does not stream; undefined when the
 * body is no message.
 */
export function decodeMessage(message: JsonObject): Iterable<ModelEvent> | undefined {
  const { content, stop_reason, usage } = message;
  if (!Array.isArray(content)) return undefined;
  const parts = content.filter(isJsonObject).map(decodeBlock);
  return answerEvents({ parts, ...decodeEnd(stop_reason, mergeUsage({}, usage)) });
}
