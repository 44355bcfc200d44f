import type { Json } from "../model/json.ts";
import type { Message } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import { encodeMessage } from "./encode-entry.ts";

/** A request's fields as a cassette shows them, in its order; absent ones are undefined. */
export type ComparableRequest = Readonly<Record<string, Json | undefined>>;

const NO_BYTES = new Uint8Array(0);

/** A request with every field in its place, whether or not it is empty. */
export function comparable(request: ModelRequest): ComparableRequest {
  const { model, system, tools, serverTools, settings, outputSchema, messages } = request;
  return {
    model,
    system,
    // JSON by their types.
    tools: tools as unknown as Json,
    serverTools: serverTools as unknown as Json,
    settings: settings as Json,
    outputSchema,
    messages: messages.map((message) => encodeMessage(withoutBytes(message))),
  };
}

/** A recording has no bytes of attachments; their hash tells whether they are the same. */
function withoutBytes(message: Message): Message {
  if (message.kind === "assistant") return message;
  const content = message.content.map((part) =>
    part.kind === "attachment" ? { ...part, bytes: NO_BYTES } : part,
  );
  return { ...message, content };
}
