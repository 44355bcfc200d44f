import { isJsonObject, type Json } from "../../model/json.ts";
import { NO_USAGE, type Usage } from "../../model/usage.ts";
import { countIn } from "../wire/lenient-json.ts";

/** The wire counts cached tokens among the input; here each token is counted once. */
export function decodeUsage(usage: Json | undefined): Usage {
  if (!isJsonObject(usage)) return NO_USAGE;
  const details = isJsonObject(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const cacheReadTokens = countIn(details.cached_tokens);
  const cacheWriteTokens = countIn(details.cache_write_tokens);
  const fresh = countIn(usage.input_tokens) - cacheReadTokens - cacheWriteTokens;
  return {
    inputTokens: Math.max(0, fresh),
    outputTokens: countIn(usage.output_tokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
  };
}
