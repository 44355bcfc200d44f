import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { ProviderExtra } from "../../model/message.ts";

/** Which wire wrote an extra: only this one's are sent back. */
const WIRE = "anthropic";

/** Fields of a block that only this wire understands. */
export function wireExtra(data: JsonObject): ProviderExtra {
  return { wire: WIRE, data };
}

/** What this wire wrote with a part; undefined when another wire did, or nobody. */
export function ownData(extra: ProviderExtra | undefined): JsonObject | undefined {
  if (extra?.wire !== WIRE) return undefined;
  return isJsonObject(extra.data) ? extra.data : undefined;
}
