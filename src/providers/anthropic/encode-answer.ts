import type {
  ContentBlockParam,
  TextCitationParam,
  ToolUseBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type {
  AnswerPart,
  AnswerTextPart,
  ThinkingPart,
  ToolCallPart,
} from "../../model/message.ts";
import { ownData } from "./extra.ts";
import type { ToolIds } from "./tool-ids.ts";

/** The block that sends a part of an answer back; undefined when the wire would refuse it. */
export function encodeAnswerPart(part: AnswerPart, ids: ToolIds): ContentBlockParam | undefined {
  switch (part.kind) {
    case "text":
      return encodeText(part);
    case "thinking":
      return encodeThinking(part);
    case "tool-call":
      return encodeToolCall(part, ids);
    case "opaque":
      // What this wire once said it takes back unchanged, whatever block it is.
      return ownData(part.extra) as ContentBlockParam | undefined;
    default:
      return part satisfies never;
  }
}

function encodeText({ text, extra }: AnswerTextPart): ContentBlockParam | undefined {
  if (text === "") return undefined;
  const citations = ownData(extra)?.citations;
  if (!Array.isArray(citations)) return { type: "text", text };
  return { type: "text", text, citations: citations.map(encodeCitation) };
}

/** Answers name a cited file by `file_id`, for which the citations of requests have no field. */
function encodeCitation(citation: Json): TextCitationParam {
  const { file_id: _unwanted, ...rest } = isJsonObject(citation) ? citation : {};
  return rest as unknown as TextCitationParam; // the wire's own JSON, given back as it came
}

/** Thinking is valid only with its signature, and only for the wire that signed it. */
function encodeThinking({ text, extra }: ThinkingPart): ContentBlockParam | undefined {
  const signature = ownData(extra)?.signature;
  if (typeof signature !== "string" || signature === "") return undefined;
  return { type: "thinking", thinking: text, signature };
}

function encodeToolCall({ id, name, input, extra }: ToolCallPart, ids: ToolIds): ToolUseBlockParam {
  const own: JsonObject = ownData(extra) ?? {};
  return {
    ...own,
    type: "tool_use",
    id: ids.ofCall(id),
    name,
    input: isJsonObject(input) ? input : {},
  };
}
