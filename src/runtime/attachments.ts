import { basename, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { WorkerFunction } from "../functions/llm-function.ts";
import { type Attachment, bytesAttachment } from "../model/attachment.ts";
import { isJsonObject, type Json } from "../model/json.ts";
import { mediaTypeOf } from "../model/media-type.ts";
import type { Call } from "./call.ts";
import { modelOf } from "./model-choice.ts";
import { toJson } from "./output.ts";
import type { RunState } from "./run-state.ts";

/** A list of texts under `attachments` is paths, and anything else there is data. */
export function splitAttachments(value: Json): { paths: readonly string[]; said: Json } {
  if (!isJsonObject(value)) return { paths: [], said: value };
  const { attachments, ...said } = value;
  const isPaths = Array.isArray(attachments) && attachments.every(isText);
  return isPaths ? { paths: attachments, said } : { paths: [], said: value };
}

function isText(value: Json): value is string {
  return typeof value === "string";
}

/**
 * Refuses files of a type that the called worker's model cannot be sent, before anybody is asked and
 * anything is spent. Looks at names alone: whether a file is there is nobody's business yet.
 *
 * @throws LlmDoError `call`, which a calling model is told
 */
export async function checkAttachments(run: RunState, call: Call, input: unknown): Promise<void> {
  const { function: worker } = call;
  const { refusalOf } = run.options;
  const isAttaching = isJsonObject(input) && Array.isArray(input["attachments"]);
  if (worker.kind !== "worker" || !refusalOf || !isAttaching) return;
  const { paths } = splitAttachments(toJson(input, worker.name));
  for (const path of paths) {
    const mediaType = mediaTypeOf(path);
    if (mediaType === undefined) continue; // told when it is to be read
    const name = basename(path);
    const reason = await refusalOf(modelOf(run, call, worker), { name, mediaType });
    if (reason !== undefined) throw cannotAttach(worker, path, reason, [CONVERT]);
  }
}

const CONVERT = "convert the file in a tool and pass its text";

/** @throws LlmDoError `call` for a file that cannot be read, or is of no type that models take */
export function attach(run: RunState, worker: WorkerFunction, path: string): Attachment {
  const { host, cwd } = run.options;
  const absolute = resolve(cwd, path);
  const stat = host.files.stat(absolute);
  if (stat?.kind !== "file") {
    const reason = stat ? `it is a ${stat.kind}` : "there is no such file";
    throw cannotAttach(worker, path, reason, [`paths are resolved against ${cwd}`]);
  }
  const mediaType = mediaTypeOf(absolute);
  if (mediaType === undefined) {
    const reason = "its extension tells no media type; models take PDF, images and text files";
    throw cannotAttach(worker, path, reason, [CONVERT]);
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
