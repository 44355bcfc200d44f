import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import { grouped } from "../../words/counted.ts";

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

/** Characters of one result that a model is told, some 100,000 tokens: half of what most models hold. */
export const MAX_TOLD_CHARACTERS = 400_000;

/** What a model is told of a function's output or error: all of it, or as much as it can hold. */
export function toldText(text: string): string {
  if (text.length <= MAX_TOLD_CHARACTERS) return text;
  const head = text.slice(0, MAX_TOLD_CHARACTERS).replace(HALF_CHARACTER, "");
  return `${head}\n\n[cut off here: ${shownLengths(text)}; ask for less at a time]`;
}

/** Undefined for a text that is told as it is. */
export function cutWarning(tool: string, text: string): string | undefined {
  if (text.length <= MAX_TOLD_CHARACTERS) return undefined;
  return `the result of ${tool} is cut off for the model: ${shownLengths(text)}`;
}

/** The first half of a character of two code units, with its second half cut away. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

function shownLengths({ length }: string): string {
  return `${grouped(MAX_TOLD_CHARACTERS)} of ${grouped(length)} characters`;
}

/** Whether an error keeps a prompt from answering and nothing else from going on. */
export function isOfThePrompt(error: LlmDoError): boolean {
  return isToldToModel(error) || error.code === "provider" || error.code === "transport";
}
