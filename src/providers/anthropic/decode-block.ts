import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type {
  AnswerPart,
  AnswerTextPart,
  ThinkingPart,
  ToolCallPart,
} from "../../model/message.ts";
import { wireExtra } from "./extra.ts";

/** The part that a finished content block says; a block of any other type stays as it is. */
export function decodeBlock(block: JsonObject): AnswerPart {
  switch (block.type) {
    case "text":
      return decodeText(block);
    case "thinking":
      return decodeThinking(block);
    case "tool_use":
      return decodeToolUse(block);
    default:
      return { kind: "opaque", extra: wireExtra(block) };
  }
}

/**
 * Reads the arguments of a tool call from their text; an empty text means none. Text that is not
 * JSON goes into `invalidInput`, so that the model can be told.
 */
export function readInput(text: string): Pick<ToolCallPart, "input" | "invalidInput"> {
  if (text.trim() === "") return { input: {} };
  try {
    return { input: JSON.parse(text) };
  } catch {
    return { input: {}, invalidInput: text };
  }
}

function decodeText({ text, citations }: JsonObject): AnswerTextPart {
  const part = { kind: "text", text: typeof text === "string" ? text : "" } as const;
  const cited = Array.isArray(citations) && citations.length > 0;
  return cited ? { ...part, extra: wireExtra({ citations }) } : part;
}

function decodeThinking({ thinking, signature }: JsonObject): ThinkingPart {
  const part = { kind: "thinking", text: typeof thinking === "string" ? thinking : "" } as const;
  const signed = typeof signature === "string" && signature !== "";
  return signed ? { ...part, extra: wireExtra({ signature }) } : part;
}

function decodeToolUse({ type: _type, id, name, input, ...rest }: JsonObject): ToolCallPart {
  // A direct caller is what a request without a caller means.
  const { caller, ...others } = rest;
  const direct = isJsonObject(caller) && caller.type === "direct";
  const extra: JsonObject = caller === undefined || direct ? others : rest;
  return {
    kind: "tool-call",
    id: typeof id === "string" ? id : "",
    name: typeof name === "string" ? name : "",
    ...(typeof input === "string" ? readInput(input) : { input: input ?? {} }),
    ...(Object.keys(extra).length > 0 ? { extra: wireExtra(extra) } : {}),
  };
}
