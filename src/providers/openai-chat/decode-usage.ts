import { isJsonObject, type Json } from "../../model/json.ts";
import type { Usage } from "../../model/usage.ts";
import { countIn } from "../wire/lenient-json.ts";

/**
 * Reads a `usage` object. Cached tokens are inside the prompt count here and beside it in
 * {@link Usage}. Some servers leave reasoning out of `completion_tokens` but not out of
 * `total_tokens`, so the output is the larger of the two readings.
 */
export function decodeUsage(usage: Json | undefined): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const promptTokens = countIn(usage.prompt_tokens);
  const completionTokens = countIn(usage.completion_tokens);
  const details = isJsonObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const cacheReadTokens = countIn(details.cached_tokens) || countIn(usage.prompt_cache_hit_tokens);
  const cacheWriteTokens = countIn(details.cache_write_tokens);
  return {
    inputTokens: Math.max(0, promptTokens - cacheReadTokens - cacheWriteTokens),
    outputTokens: Math.max(completionTokens, countIn(usage.total_tokens) - promptTokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
  };
}
