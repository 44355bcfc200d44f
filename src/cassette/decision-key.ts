import { hash } from "node:crypto";
import { canonicalJson } from "../model/canonical.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { keyOfState } from "../model/key.ts";
import type { RecordedDecision } from "./decision-gate.ts";
import { MalformedEntry } from "./malformed-entry.ts";

/** Changed only together with the cassette format, as the ones of requests and effects. */
const DECISION_VERSION = "llm-do decision 1";

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
  return keyOfState(hash("sha256", `${DECISION_VERSION}\n${asked}`));
}

/** What an entry says that was asked. */
export function askedDecision({ tool = null, input = null, worker }: JsonObject): AskedDecision {
  return worker === undefined ? { tool, input } : { tool, input, worker };
}

/** @throws MalformedEntry for a field that is not what the format says */
export function decodeDecision(fields: JsonObject): RecordedDecision {
  const { allowed, reason, forSession = false, by } = fields;
  if (typeof allowed !== "boolean") throw new MalformedEntry('"allowed" is not true or false');
  if (typeof by !== "string") throw new MalformedEntry('"by" is missing or not text');
  if (reason !== undefined && typeof reason !== "string") {
    throw new MalformedEntry('"reason" is not text');
  }
  if (typeof forSession !== "boolean")
    throw new MalformedEntry('"forSession" is not true or false');
  return { allowed, by, forSession, ...(reason === undefined ? {} : { reason }) };
}
