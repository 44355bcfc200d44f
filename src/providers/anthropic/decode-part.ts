import { isJsonObject, type JsonObject, tryParseJson } from "../../model/json.ts";
import type { AnswerTextPart, ThinkingPart } from "../../model/message.ts";
import type { SaidEvent, WireCall } from "../wire/wire.ts";
import { extraOf } from "./wire-rules.ts";

/**
 * What a finished content block says; a block of an unknown type stays as it is.
 *
 * @param inputText the input of a tool call as it was streamed; empty where it stands in the block
 */
export function decodeBlock(block: JsonObject, inputText: string): SaidEvent {
  switch (block.type) {
    case "text":
      return { kind: "part", part: decodeText(block) };
    case "thinking":
      return { kind: "part", part: decodeThinking(block) };
    case "tool_use":
      return { kind: "call", call: decodeToolUse(block, inputText) };
    case "redacted_thinking":
      return { kind: "part", part: { kind: "opaque", extra: extraOf(block) }, means: "thinking" };
    default:
      return {
        kind: "part",
        part: { kind: "opaque", extra: extraOf(withInput(block, inputText)) },
      };
  }
}

/** The input of a server's own tool, which is streamed like that of ours. */
function withInput(block: JsonObject, inputText: string): JsonObject {
  if (inputText === "") return block;
  const input = tryParseJson(inputText);
  return { ...block, input: input === undefined ? {} : input };
}

function decodeText({ text, citations }: JsonObject): AnswerTextPart {
  const part = { kind: "text", text: typeof text === "string" ? text : "" } as const;
  const cited = Array.isArray(citations) && citations.length > 0;
  return cited ? { ...part, extra: extraOf({ citations }) } : part;
}

function decodeThinking({ thinking, signature }: JsonObject): ThinkingPart {
  const part = { kind: "thinking", text: typeof thinking === "string" ? thinking : "" } as const;
  const signed = typeof signature === "string" && signature !== "";
  return signed ? { ...part, extra: extraOf({ signature }) } : part;
}

function decodeToolUse(
  { type: _type, id, name, input, ...rest }: JsonObject,
  inputText: string,
): WireCall {
  // A direct caller is what a request without a caller means.
  const { caller, ...others } = rest;
  const direct = isJsonObject(caller) && caller.type === "direct";
  const extra: JsonObject = caller === undefined || direct ? others : rest;
  return {
    id: typeof id === "string" && id !== "" ? id : undefined,
    name: typeof name === "string" ? name : "",
    arguments: inputText === "" ? input : inputText,
    ...(Object.keys(extra).length > 0 ? { extra: extraOf(extra) } : {}),
  };
}
