import type { OpenAI } from "openai";
import type { AssistantMessage, ContentPart, Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { encodeContent } from "./encode-content.ts";

type InputItem = OpenAI.Responses.ResponseInputItem;

/** What the model reads as the result of a call that never got one; the API demands a result. */
const NO_RESULT = "This call has no result: it was interrupted.";

/** A request's messages as input items. Every tool call is followed by its result. */
export function encodeMessages(request: ModelRequest): InputItem[] {
  const items: InputItem[] = [];
  let open = new Set<string>();
  for (const message of request.messages) {
    if (message.kind === "tool") open.delete(message.id);
    else {
      items.push(...[...open].map(emptyResult));
      open = message.kind === "assistant" ? callIds(message) : new Set();
    }
    items.push(...encodeMessage(request, message));
  }
  items.push(...[...open].map(emptyResult));
  return items;
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
  if (first === undefined) return "";
  if (content.length === 1 && first.kind === "text") return first.text;
  return encodeContent(request, content);
}

function callIds(message: AssistantMessage): Set<string> {
  const ids = new Set<string>();
  for (const part of message.parts) if (part.kind === "tool-call") ids.add(part.id);
  return ids;
}

function emptyResult(callId: string): InputItem {
  return { type: "function_call_output", call_id: callId, output: NO_RESULT };
}
