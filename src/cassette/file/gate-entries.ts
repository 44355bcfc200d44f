import { hash } from "node:crypto";
import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { keyOfState } from "../../model/key.ts";
import { type Answered, NOT_DRAWN, type RecordedDecision, type Tried } from "../gates.ts";
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
  /** Who answered as a rule: `shadow`, `canary` or `code`. */
  readonly mode: string;
  readonly input: Json;
  readonly answered: Answered;
}

/** What an effect says of who answered. */
export function answeredFields(answered: Answered): JsonObject {
  if (answered.by === "code") {
    const { by, output, isChecked } = answered;
    return { by, output, ...(isChecked ? { checked: true } : {}) };
  }
  const { by, reason, isLate, isAlarmed, tried } = answered;
  return {
    by,
    reason,
    ...(isLate ? { late: true } : {}),
    ...(isAlarmed ? { alarm: true } : {}),
    ...(tried ? { tried: triedFields(tried) } : {}),
  };
}

function triedFields(tried: Tried): JsonObject {
  if ("output" in tried) return { output: tried.output };
  const { reason, isLate } = tried;
  return { reason, ...(isLate ? { late: true } : {}) };
}

/** The call that an effect tells of; undefined for any other effect, and for a malformed one. */
export function answeredCall(fields: JsonObject): AnsweredCall | undefined {
  const { answered: name, call, mode, input } = fields;
  if (typeof name !== "string" || typeof call !== "string" || typeof mode !== "string") return;
  const answered = readAnswered(fields);
  if (input === undefined || !answered) return undefined;
  // Recordings of before say that "code" answers as a rule in another word.
  return { function: name, call, mode: mode === "hardened" ? "code" : mode, input, answered };
}

function readAnswered(fields: JsonObject): Answered | undefined {
  const { by, output, reason, late, alarm, checked } = fields;
  if (by === "code" && output !== undefined) {
    return { by, output, ...(checked === true ? { isChecked: true } : {}) };
  }
  if (by !== "prompt" || typeof reason !== "string") return undefined;
  const tried = readTried(fields["tried"]);
  return {
    by,
    reason,
    ...(late === true ? { isLate: true } : {}),
    ...(alarm === true ? { isAlarmed: true } : {}),
    ...(tried ? { tried } : {}),
  };
}

function readTried(tried: Json | undefined): Tried | undefined {
  if (!isJsonObject(tried)) return undefined;
  const { output, reason, late } = tried;
  if (output !== undefined) return { output };
  if (typeof reason !== "string") return undefined;
  return { reason, ...(late === true ? { isLate: true } : {}) };
}

/**
 * Why the prompt of a recorded call was asked: as a rule (`traffic`), with code tried beside it
 * (`shadow`), to check an answer that code gave (`check`), or because code could not answer
 * (`fallback`). Fallbacks are no sample of the traffic.
 *
 * @param call as {@link answeredCall} reads it; undefined where no effect tells of the call
 */
export function originOf(
  call: Pick<AnsweredCall, "answered"> | undefined,
): "traffic" | "shadow" | "check" | "fallback" {
  if (!call) return "traffic";
  const { answered } = call;
  if (answered.by === "code") return "check";
  if (answered.tried) return "shadow";
  // After an alarm the prompt answers every call, whatever its input.
  return answered.reason === NOT_DRAWN || answered.isAlarmed ? "traffic" : "fallback";
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
