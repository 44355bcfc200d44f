import { hash } from "node:crypto";
import { canonicalJson } from "../model/canonical.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { keyOfState } from "../model/key.ts";

/** Changed only together with the cassette format, as the ones of requests and effects. */
const KEY_VERSION = "llm-do decision 1";

/** What a decision is about, as its entry has it. */
export interface AskedDecision {
  readonly tool: Json;
  readonly input: Json;
  /** Absent in older entries, whose keys are of tool and input alone. */
  readonly worker?: Json;
}

/** The key of a decision: what was to be called, and under which worker. */
export function decisionKey({ tool, input, worker }: AskedDecision): string {
  const asked = canonicalJson({ tool, input, worker });
  return keyOfState(hash("sha256", `${KEY_VERSION}\n${asked}`));
}

/** What an entry says that was asked. */
export function askedDecision({ tool = null, input = null, worker }: JsonObject): AskedDecision {
  return worker === undefined ? { tool, input } : { tool, input, worker };
}
