import { hash } from "node:crypto";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { keyOfState } from "../../model/key.ts";
import type { Answered, RecordedDecision } from "../gates.ts";
import { MalformedEntry } from "./format.ts";

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

/** A call of a function with prompt and code, as a cassette tells of it. */
export interface AnsweredCall {
  readonly function: string;
  readonly call: string;
  readonly mode: string;
  readonly input: Json;
  readonly answered: Answered;
}

/** What an effect says of who answered. */
export function answeredFields(answered: Answered): JsonObject {
  if (answered.by === "code") return { by: "code", output: answered.output };
  const { by, reason, isLate } = answered;
  return { by, reason, ...(isLate ? { late: true } : {}) };
}

/** The answer that the clock decided when it was recorded; undefined for any other. */
export function lateAnswer(fields: JsonObject): Answered | undefined {
  const { by, reason, late } = fields;
  if (late !== true || by !== "prompt" || typeof reason !== "string") return undefined;
  return { by, reason, isLate: true };
}

/** The call that an effect tells of; undefined for any other effect, and for a malformed one. */
export function answeredCall(fields: JsonObject): AnsweredCall | undefined {
  const { answered: name, call, mode, input, by, output, reason } = fields;
  if (typeof name !== "string" || typeof call !== "string" || typeof mode !== "string") return;
  if (input === undefined) return undefined;
  const told = { function: name, call, mode, input };
  if (by === "code" && output !== undefined) return { ...told, answered: { by, output } };
  if (by === "prompt" && typeof reason === "string") return { ...told, answered: { by, reason } };
  return undefined;
}

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
