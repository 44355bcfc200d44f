import type { OpenAI } from "openai";
import type { ContentPart, Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { encodeAnswer, type InputItem } from "./encode-answer.ts";
import { encodeContent } from "./encode-content.ts";

/**
 * A request's messages as input items.
 *
 * @param request a sendable one, as `prepareRequest` makes it
 */
export function encodeMessages(request: ModelRequest): InputItem[] {
  return request.messages.flatMap((message) => encodeMessage(request, message));
}

function encodeMessage(request: ModelRequest, message: Message): InputItem[] {
  switch (message.kind) {
    case "user":
      return [{ role: "user", content: encodeContent(request, message.content) }];
    case "assistant":
      return encodeAnswer(message.parts);
    case "tool":
      return [
        {
          type: "function_call_output",
          call_id: message.id,
          output: encodeOutput(request, message.content),
        },
      ];
    default:
      return message satisfies never;
  }
}

/** A plain text where that says it all: some compatible servers take nothing else. */
function encodeOutput(
  request: ModelRequest,
  content: readonly ContentPart[],
): string | OpenAI.Responses.ResponseFunctionCallOutputItemList {
  const [first] = content;
  if (content.length === 1 && first?.kind === "text") return first.text;
  return encodeContent(request, content);
}
