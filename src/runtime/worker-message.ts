import { basename, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { WorkerFunction } from "../functions/llm-function.ts";
import { type Attachment, bytesAttachment } from "../model/attachment.ts";
import { isJsonObject } from "../model/json.ts";
import { mediaTypeOf } from "../model/media-type.ts";
import type { UserMessage } from "../model/message.ts";
import { toJson } from "./output.ts";
import type { RunState } from "./run-state.ts";

/** A worker's validated input as its first message: attachments, then the text. */
export function workerMessage(run: RunState, worker: WorkerFunction, input: unknown): UserMessage {
  const value = toJson(input, worker.name);
  const { input: text, attachments = [] } = isJsonObject(value) ? value : { input: value };
  const paths = Array.isArray(attachments) ? attachments : [];
  return {
    kind: "user",
    content: [
      ...paths.map((path) => attach(run, worker, String(path))),
      { kind: "text", text: typeof text === "string" ? text : JSON.stringify(value) },
    ],
  };
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
