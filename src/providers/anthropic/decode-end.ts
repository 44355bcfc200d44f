import type { AnswerEnd, StopReason } from "../../model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Usage } from "../../model/usage.ts";

/** The SDK's `StopReason`; servers may send others. */
const STOPS: Readonly<Record<string, StopReason>> = {
  end_turn: "end",
  tool_use: "tool-calls",
  max_tokens: "max-tokens",
  stop_sequence: "stop-sequence",
  pause_turn: "pause",
  refusal: "refusal",
  model_context_window_exceeded: "context-window",
};

/** The end of an answer, from the wire's stop reason and usage. */
export function decodeEnd(stopReason: Json | undefined, usage: JsonObject): AnswerEnd {
  const stop = typeof stopReason === "string" ? STOPS[stopReason] : undefined;
  return { kind: "end", stop: stop ?? "other", usage: decodeUsage(usage), source: "live" };
}

/**
 * What is known of the usage after one more report. Reports of a stream are cumulative, and leave
 * out or null what they do not repeat.
 */
export function mergeUsage(known: JsonObject, report: Json | undefined): JsonObject {
  if (!isJsonObject(report)) return known;
  const news = Object.entries(report).filter(([, value]) => value !== null);
  return { ...known, ...Object.fromEntries(news) };
}

/** The wire's input tokens hold neither cache reads nor cache writes, as ours do not. */
function decodeUsage(usage: JsonObject): Usage {
  const cacheReadTokens = tokens(usage.cache_read_input_tokens);
  const cacheWriteTokens = tokens(usage.cache_creation_input_tokens);
  return {
    inputTokens: tokens(usage.input_tokens),
    outputTokens: tokens(usage.output_tokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
  };
}

function tokens(count: Json | undefined): number {
  return typeof count === "number" ? count : 0;
}
