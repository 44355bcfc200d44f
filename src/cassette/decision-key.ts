import { hash } from "node:crypto";
import { canonicalJson } from "../model/canonical.ts";
import type { Json } from "../model/json.ts";
import { keyOfState } from "../model/key.ts";

/** Changed only together with the cassette format, as the ones of requests and effects. */
const KEY_VERSION = "llm-do decision 1";

/** The key of a decision: what was to be called, whoever called it. */
export function decisionKey(asked: { readonly tool: Json; readonly input: Json }): string {
  const { tool, input } = asked;
  return keyOfState(hash("sha256", `${KEY_VERSION}\n${canonicalJson({ tool, input })}`));
}
