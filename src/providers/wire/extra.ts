import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { ProviderExtra } from "../../model/message.ts";
import type { WireName } from "./wire-name.ts";

/** The extras of one wire: what only its providers understand. */
export interface Extras {
  /** Fields of a block that only this wire understands. */
  extraOf(data: JsonObject): ProviderExtra;
  /** What this wire wrote with a part; undefined when another wire did, or nobody. */
  ownData(extra: ProviderExtra | undefined): JsonObject | undefined;
}

export function extrasOf(wire: WireName): Extras {
  return {
    extraOf: (data) => ({ wire, data }),
    ownData: (extra) => (extra?.wire === wire && isJsonObject(extra.data) ? extra.data : undefined),
  };
}
