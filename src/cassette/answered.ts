import type { Json, JsonObject } from "../model/json.ts";
import type { Answered } from "./effect-gate.ts";

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
