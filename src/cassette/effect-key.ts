import { hash } from "node:crypto";
import { canonicalJson } from "../model/canonical.ts";
import type { JsonObject } from "../model/json.ts";
import { keyOfState } from "../model/key.ts";

/** Changed only together with the cassette format, as the one of requests. */
const EFFECT_VERSION = "llm-do effect 1";

/** The key of an effect: what was asked, whoever asked. */
export function effectKey(asked: JsonObject): string {
  return keyOfState(hash("sha256", `${EFFECT_VERSION}\n${canonicalJson(asked)}`));
}

/** What the key of a recorded effect is of, from the fields of its entry. */
export function askedEffect(fields: JsonObject): JsonObject {
  const { sampled, answered, tool = null, call = null, input = null } = fields;
  if (sampled !== undefined) return { sample: sampled, call };
  return answered === undefined ? { tool, input } : { answered, input };
}
