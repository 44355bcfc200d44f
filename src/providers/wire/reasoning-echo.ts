import { isJsonObject } from "../../model/json.ts";
import type { AnswerPart, Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ServerSwitches } from "./server-switches.ts";

/** The request as a server takes it that may want no reasoning back. */
export function withEchoedReasoning(
  request: ModelRequest,
  { reasoningEcho }: ServerSwitches,
): ModelRequest {
  if (reasoningEcho !== "never") return request;
  return { ...request, messages: request.messages.flatMap(withoutReasoning) };
}

/** An answer that was reasoning alone is left out whole. */
function withoutReasoning(message: Message): readonly Message[] {
  if (message.kind !== "assistant") return [message];
  const parts = message.parts.filter((part) => !isReasoning(part));
  if (parts.length === 0 && message.parts.length > 0) return [];
  return [{ ...message, parts }];
}

function isReasoning(part: AnswerPart): boolean {
  if (part.kind === "thinking") return true;
  // Anthropic sends reasoning that nobody may read in a block of its own.
  const data = part.kind === "opaque" ? part.extra.data : undefined;
  return isJsonObject(data) && data.type === "redacted_thinking";
}
