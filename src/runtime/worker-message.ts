import type { WorkerFunction } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import { takesOnlyText } from "../functions/worker-input.ts";
import { isJsonObject, type Json } from "../model/json.ts";
import type { UserMessage } from "../model/message.ts";
import { splitAttachments } from "./attachments.ts";
import type { Call } from "./call.ts";
import { toJson } from "./output.ts";

/**
 * A worker's validated input as its first message: attachments, then the text. The text is the
 * property `input` where that is all that the worker takes beside attachments, else the input as
 * JSON without the attachments.
 */
export function workerMessage(call: Call, worker: WorkerFunction, input: unknown): UserMessage {
  const { said } = splitAttachments(toJson(input, worker.name));
  return {
    kind: "user",
    content: [...call.attached, { kind: "text", text: saidText(worker, said) }],
  };
}

function saidText(worker: WorkerFunction, said: Json): string {
  if (typeof said === "string") return said;
  const text = isJsonObject(said) ? said.input : undefined;
  const isOnlyText = takesOnlyText(jsonSchemaOf(worker.input, "input", worker.name));
  return typeof text === "string" && isOnlyText ? text : JSON.stringify(said, null, 2);
}
