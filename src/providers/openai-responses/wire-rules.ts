import { isJsonObject, type Json, type JsonObject, tryParseJson } from "../../model/json.ts";
import type { AnswerPart, ToolCallPart } from "../../model/message.ts";
import { isWellFormed } from "../wire/request/sendable-content.ts";
import { OPENAI_SCHEMAS } from "../wire/schema/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { extrasOf, type WireRules } from "../wire/wire-rules.ts";

export const { extraOf, ownData } = extrasOf("openai-responses");

/** What the Responses API takes of a request. */
export function rulesFor({ reasoningEcho }: Pick<ServerSwitches, "reasoningEcho">): WireRules {
  return { ...RULES, takesReasoning: reasoningEcho !== "never" };
}

const RULES: Omit<WireRules, "takesReasoning"> = {
  wire: "openai-responses",
  schemas: OPENAI_SCHEMAS,
  callIds: { alphabet: "any", maxCharacters: 64 },
  userFirst: false,
  joinsNeighbours: false,
  thinkingLeads: true,
  answerAfterResults: false,
  takesInResult: () => true,
  ownPart,
  goesAlong: ({ kind }) => kind === "thinking",
  lastAnswer: () => "stays",
};

function ownPart(part: AnswerPart): AnswerPart | undefined {
  const own = ownData(part.extra) ?? {};
  switch (part.kind) {
    case "thinking":
      return canGoBack(own) ? part : undefined;
    case "opaque":
      return typeof own.type === "string" && own.type.trim() !== "" ? part : undefined;
    case "tool-call":
      return withOwnArguments(part, own);
    case "text":
      return part;
    default:
      return part satisfies never;
  }
}

/**
 * Whether a reasoning item says anything without the server's own storage. Its bare id would be
 * refused: "Items are not persisted when `store` is set to false".
 */
function canGoBack(item: JsonObject): boolean {
  const { encrypted_content: encrypted, content } = item;
  return (
    (typeof encrypted === "string" && encrypted.trim() !== "") ||
    (Array.isArray(content) && content.length > 0)
  );
}

/** Arguments as the server printed them go back only where they are the text of an object. */
function withOwnArguments(part: ToolCallPart, own: JsonObject): ToolCallPart {
  const { arguments: printed, ...rest } = own;
  if (printed === undefined || isObjectText(printed)) return part;
  return { ...part, extra: extraOf(rest) };
}

function isObjectText(printed: Json): boolean {
  if (typeof printed !== "string") return false;
  const value = tryParseJson(printed);
  return isJsonObject(value) && isWellFormed(value);
}
