import { basename, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { WorkerFunction } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import { takesOnlyText } from "../functions/worker-input.ts";
import { type Attachment, bytesAttachment } from "../model/attachment.ts";
import { isJsonObject, type Json } from "../model/json.ts";
import { mediaTypeOf } from "../model/media-type.ts";
import type { UserMessage } from "../model/message.ts";
import { toJson } from "./output.ts";
import type { RunState } from "./run-state.ts";

/**
 * A worker's validated input as its first message: attachments, then the text. The text is the
 * property `input` where that is all that the worker takes beside attachments, else the input as
 * JSON without the attachments.
 */
export function workerMessage(run: RunState, worker: WorkerFunction, input: unknown): UserMessage {
  const { paths, said } = splitAttachments(toJson(input, worker.name));
  return {
    kind: "user",
    content: [
      ...paths.map((path) => attach(run, worker, path)),
      { kind: "text", text: textOf(worker, said) },
    ],
  };
}

/** A list of texts under `attachments` is paths, and anything else there is data. */
function splitAttachments(value: Json): { paths: readonly string[]; said: Json } {
  if (!isJsonObject(value)) return { paths: [], said: value };
  const { attachments, ...said } = value;
  const isPaths = Array.isArray(attachments) && attachments.every(isText);
  return isPaths ? { paths: attachments, said } : { paths: [], said: value };
}

function isText(value: Json): value is string {
  return typeof value === "string";
}

function textOf(worker: WorkerFunction, said: Json): string {
  if (typeof said === "string") return said;
  const text = isJsonObject(said) ? said.input : undefined;
  const isOnlyText = takesOnlyText(jsonSchemaOf(worker.input, "input", worker.name));
  return typeof text === "string" && isOnlyText ? text : JSON.stringify(said, null, 2);
}

function attach(run: RunState, worker: WorkerFunction, path: string): Attachment {
  const { host, cwd } = run.options;
  const absolute = resolve(cwd, path);
  const stat = host.files.stat(absolute);
  if (stat?.kind !== "file") {
    const reason = stat ? `it is a ${stat.kind}` : "there is no such file";
    throw cannotAttach(worker, path, reason, [`paths are resolved against ${cwd}`]);
  }
  const mediaType = mediaTypeOf(absolute);
  if (mediaType === undefined) {
    const reason = "its extension tells no media type that a model takes";
    throw cannotAttach(worker, path, reason, ["attach a PDF, an image or a text file"]);
  }
  return bytesAttachment(basename(absolute), mediaType, host.files.readBytes(absolute));
}

function cannotAttach(
  worker: WorkerFunction,
  path: string,
  reason: string,
  tries: readonly string[],
): LlmDoError {
  const why = `cannot attach ${path}: ${reason}`;
  return new LlmDoError({ code: "call", verb: "call", what: worker.name, reason: why, tries });
}
