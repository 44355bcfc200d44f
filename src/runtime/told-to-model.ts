import { isLlmDoError, LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";

/** Whether an error is one that a model is told and can react to; every other one ends the run. */
export function isToldToModel(error: unknown): boolean {
  return !isLlmDoError(error) || error.code === "call" || error.code === "approval-denied";
}

/** A function failed in a way that its caller may react to. */
export function callFailed(
  name: string,
  reason: string,
  {
    tries,
    cause,
    place,
  }: { tries?: readonly string[]; cause?: unknown; place?: Place | undefined } = {},
): LlmDoError {
  return new LlmDoError({ code: "call", verb: "call", what: name, reason, place, tries, cause });
}
