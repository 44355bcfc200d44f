import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Usage } from "../../model/usage.ts";
import { countIn } from "../wire/lenient-json.ts";

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
export function decodeUsage(usage: JsonObject): Usage {
  const cacheReadTokens = countIn(usage.cache_read_input_tokens);
  const cacheWriteTokens = countIn(usage.cache_creation_input_tokens);
  const hourTokens = isJsonObject(usage.cache_creation)
    ? countIn(usage.cache_creation.ephemeral_1h_input_tokens)
    : 0;
  return {
    inputTokens: countIn(usage.input_tokens),
    outputTokens: countIn(usage.output_tokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
    ...(hourTokens > 0 ? { cacheWriteHourTokens: hourTokens } : {}),
  };
}
