import type {
  ContentBlockParam,
  TextCitationParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { AnswerPart, AnswerTextPart, ThinkingPart } from "../../model/message.ts";
import { ownData } from "./extra.ts";

/** The block that sends a part of an answer back, one that `prepareRequest` left in. */
export function encodeAnswerPart(part: AnswerPart): ContentBlockParam {
  const own: JsonObject = ownData(part.extra) ?? {};
  switch (part.kind) {
    case "text":
      return encodeText(part);
    case "thinking":
      return encodeThinkingPart(part, own);
    case "tool-call": {
      const { id, name, input } = part;
      return { ...own, type: "tool_use", id, name, input };
    }
    case "opaque":
      // What this wire once said it takes back unchanged, whatever block it is.
      return own as unknown as ContentBlockParam;
    default:
      return part satisfies never;
  }
}

function encodeText({ text, extra }: AnswerTextPart): ContentBlockParam {
  const citations = ownData(extra)?.citations;
  if (!Array.isArray(citations)) return { type: "text", text };
  return { type: "text", text, citations: citations.map(encodeCitation) };
}

/** Answers name a cited file by `file_id`, for which the citations of requests have no field. */
function encodeCitation(citation: Json): TextCitationParam {
  const { file_id: _unwanted, ...rest } = isJsonObject(citation) ? citation : {};
  return rest as unknown as TextCitationParam; // the wire's own JSON, given back as it came
}

function encodeThinkingPart({ text }: ThinkingPart, { signature }: JsonObject): ContentBlockParam {
  return { type: "thinking", thinking: text, signature: String(signature) };
}
