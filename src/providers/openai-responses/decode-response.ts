import type { StopReason } from "../../model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { NO_USAGE, type Usage } from "../../model/usage.ts";

/** Why a response ended, as its status, its output and its details say. */
export function decodeStop(response: JsonObject, items: readonly JsonObject[]): StopReason {
  if (response.status === "incomplete") return incompleteStop(response.incomplete_details);
  if (items.some(refuses)) return "refusal";
  return items.some((item) => item.type === "function_call") ? "tool-calls" : "end";
}

function incompleteStop(details: Json | undefined): StopReason {
  switch (isJsonObject(details) ? details.reason : undefined) {
    case "max_output_tokens":
      return "max-tokens";
    case "content_filter":
      return "refusal";
    default:
      return "other";
  }
}

function refuses(item: JsonObject): boolean {
  const content = item.content;
  return (
    item.type === "message" &&
    Array.isArray(content) &&
    content.some((piece) => isJsonObject(piece) && piece.type === "refusal")
  );
}

/** The wire counts cached tokens among the input; here each token is counted once. */
export function decodeUsage(usage: Json | undefined): Usage {
  if (!isJsonObject(usage)) return NO_USAGE;
  const details = isJsonObject(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const cacheReadTokens = count(details.cached_tokens);
  const cacheWriteTokens = count(details.cache_write_tokens);
  const fresh = count(usage.input_tokens) - cacheReadTokens - cacheWriteTokens;
  return {
    inputTokens: Math.max(0, fresh),
    outputTokens: count(usage.output_tokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
  };
}

function count(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}

/**
 * The output of a finished response. Its own items stand before those of the stream: the last word
 * on a reasoning item is the response's. Servers that leave the output empty, or the encrypted
 * reasoning out of it, said so in the stream.
 */
export function finalItems(
  response: JsonObject,
  streamed: ReadonlyMap<number, JsonObject>,
): [number, JsonObject][] {
  const items = new Map(streamed);
  const output = response.output;
  for (const [index, item] of Array.isArray(output) ? output.entries() : []) {
    if (!isJsonObject(item)) continue;
    const before = items.get(index);
    if (before && isEncrypted(before) && !isEncrypted(item)) continue;
    items.set(index, item);
  }
  return [...items].sort(([left], [right]) => left - right);
}

function isEncrypted(item: JsonObject): boolean {
  return typeof item.encrypted_content === "string" && item.encrypted_content !== "";
}
