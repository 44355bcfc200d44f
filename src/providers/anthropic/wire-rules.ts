import type { Json, JsonObject } from "../../model/json.ts";
import type { AnswerPart, AssistantMessage, ThinkingPart } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { isWellFormed } from "../wire/request/sendable-content.ts";
import { ANTHROPIC_SCHEMAS } from "../wire/schema/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { extrasOf, type WireRules } from "../wire/wire-rules.ts";
import { takesPrefill } from "./model-generation.ts";

export const { extraOf, ownData } = extrasOf("anthropic");

/** What the Messages API takes of a request. */
export function rulesFor(
  { model, settings }: ModelRequest,
  { reasoningEcho }: Pick<ServerSwitches, "reasoningEcho">,
): WireRules {
  const thinks = settings.thinking !== undefined && settings.thinking !== "off";
  const prefills = takesPrefill(model) && !thinks;
  return {
    wire: "anthropic",
    schemas: ANTHROPIC_SCHEMAS,
    callIds: { alphabet: "word" },
    takesReasoning: reasoningEcho !== "never",
    userFirst: true,
    joinsNeighbours: true,
    thinkingLeads: true,
    answerAfterResults: false,
    takesInResult: (_file, isError) => !isError,
    ownPart,
    goesAlong,
    lastAnswer: (message) => (prefills || isPaused(message) ? "is-trimmed" : "is-answered"),
  };
}

/** Thinking is valid only with its signature; a block is one by its type. */
function ownPart(part: AnswerPart): AnswerPart | undefined {
  const own = ownData(part.extra);
  switch (part.kind) {
    case "thinking":
      return isSigned(part, own) ? part : undefined;
    case "opaque":
      return isFilledText(own?.type) ? part : undefined;
    case "text":
    case "tool-call":
      return part;
    default:
      return part satisfies never;
  }
}

function goesAlong(part: AnswerPart): boolean {
  if (part.kind !== "opaque") return part.kind === "thinking";
  return ownData(part.extra)?.type === "redacted_thinking";
}

/** An answer that the API paused at one of its own tools is sent back to go on. */
function isPaused({ parts }: AssistantMessage): boolean {
  return parts.some((part) => part.kind === "opaque" && !goesAlong(part));
}

/** A signature is good for the very text that it was made for, so neither may need a repair. */
function isSigned({ text }: ThinkingPart, own: JsonObject | undefined): boolean {
  const signature = own?.signature;
  return isFilledText(signature) && isWellFormed([text, signature]);
}

function isFilledText(value: Json | undefined): value is string {
  return typeof value === "string" && value.trim() !== "";
}
