import { isUint8Array } from "node:util/types";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { attachmentType } from "../model/attachment-type.ts";
import { readAttachmentUrl } from "../model/attachment-url.ts";
import { isJsonObject } from "../model/json.ts";
import { isTextMedia, mediaTypeOf } from "../model/media-type.ts";
import { type Attachment, bytesAttachment } from "../model/message.ts";
import { nearest } from "../words/nearest.ts";
import type { TakingFunction } from "./described-input.ts";
import { validate } from "./schema.ts";

/**
 * What a program attaches to the call of a worker: the path of a file, its content, or the address of
 * one that the provider fetches.
 *
 * @example
 * await project.run({
 *   input: {
 *     input: "What does it cost?",
 *     attachments: [{ name: "bill.pdf", mediaType: "application/pdf", data: await upload.bytes() }],
 *   },
 * });
 */
export type AttachmentInput = string | AttachedBytes | AttachedUrl;

/** A file's content. Key, cassette and model know it as the file of that name. */
export interface AttachedBytes {
  /** Name without folders. Its extension and the content say what it is. */
  readonly name: string;
  /** What it is where its name has no known extension. */
  readonly mediaType?: string | undefined;
  readonly data: Uint8Array;
}

/** A file that the provider fetches, not this process. */
export interface AttachedUrl {
  /**
   * `https` or `http`, without a password. A text must name a host of the public internet; a `URL` may
   * name any.
   */
  readonly url: string | URL;
  /** Default: what the extension of the address says. */
  readonly mediaType?: string | undefined;
}

/** An input whose attachments are all texts, and what those of them stand for that are no paths. */
export interface LiftedInput {
  readonly input: unknown;
  /** By the places in `attachments`; undefined for paths. */
  readonly given: readonly (Attachment | undefined)[];
}

/**
 * Takes values out of the `attachments` of a worker's input: a schema sees their names and addresses.
 * Attachments that a worker's own schema describes otherwise are data and stay.
 *
 * @throws LlmDoError `call` for a value that cannot be attached
 */
export async function liftAttachments(
  target: TakingFunction,
  input: unknown,
): Promise<LiftedInput | undefined> {
  const attachments: unknown = isJsonObject(input) ? input["attachments"] : undefined;
  if (!Array.isArray(attachments) || attachments.every((item) => typeof item === "string")) {
    return undefined;
  }
  const isData =
    !attachments.some(isValue) && (await validate(target.input, input)).kind === "valid";
  if (isData) return undefined;
  const items: readonly unknown[] = attachments;
  const read = await Promise.all(
    items.map((item) => (typeof item === "string" ? undefined : attachmentOf(target.name, item))),
  );
  const texts = read.map((one, index) => (one ? nameOf(one) : attachments[index]));
  return { input: { ...(input as object), attachments: texts }, given: read };
}

/** JSON holds neither of these, so that no schema for JSON describes them. */
function isValue(item: unknown): boolean {
  return isFields(item) && (isUint8Array(item["data"]) || item["url"] instanceof URL);
}

/**
 * Makes sure that a worker takes its attachments as they were given.
 *
 * @param taken the input that its schema gave
 * @throws LlmDoError `call` where the schema drops or moves one that is no path
 */
export function checkGiven(worker: string, lifted: LiftedInput, taken: unknown): void {
  const fields = isJsonObject(taken) ? taken["attachments"] : undefined;
  const attachments: readonly unknown[] = Array.isArray(fields) ? fields : [];
  for (const [index, one] of lifted.given.entries()) {
    if (!one || attachments[index] === nameOf(one)) continue;
    throw cannotAttach(worker, nameOf(one), "the input schema of the worker drops or changes it", [
      "let the schema take attachments: { type: array, items: { type: string } }",
    ]);
  }
}

function nameOf(attachment: Attachment): string {
  return attachment.kind === "attachment" ? attachment.name : attachment.url;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const FORMS = [
  'attach a path, { name: "bill.pdf", data: bytes }, or { url: "https://example.com/bill.pdf" }',
];

async function attachmentOf(worker: string, item: unknown): Promise<Attachment> {
  if (!isFields(item))
    throw cannotAttach(worker, JSON.stringify(item) ?? "undefined", NO_FORM, FORMS);
  const isUrl = "url" in item;
  const known = isUrl ? ["url", "mediaType"] : ["name", "mediaType", "data"];
  const shown = String(isUrl ? item["url"] : item["name"]);
  const stray = Object.keys(item).find((key) => !known.includes(key));
  if (stray !== undefined) {
    const near = nearest(stray, known);
    const tries = near === undefined ? FORMS : [`write ${near}`, ...FORMS];
    throw cannotAttach(worker, shown, `it has the unknown key "${stray}"`, tries);
  }
  const { mediaType } = item;
  if (mediaType !== undefined && (typeof mediaType !== "string" || !MEDIA_TYPE.test(mediaType))) {
    throw cannotAttach(worker, shown, "its mediaType is none", ['write for example "image/png"']);
  }
  const promised = mediaType?.replace(/;.*/s, "").trim().toLowerCase();
  return isUrl ? urlOf(worker, item["url"], promised) : await bytesOf(worker, item, promised);
}

const NO_FORM = "it is neither a path nor a file's content nor an address";

/** A type and a subtype (RFC 6838), with or without parameters. */
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:\s*;[^\r\n]*)?$/;

function urlOf(worker: string, url: unknown, promised: string | undefined): Attachment {
  if (typeof url !== "string" && !(url instanceof URL)) {
    throw cannotAttach(worker, String(url), "its url must be a text or a URL", FORMS);
  }
  const read = readAttachmentUrl(url);
  if (read.kind === "refused") {
    const fetchIt = "fetch it in your own code and attach { name, data }";
    const mean = "if your own code names it, and not who asks: { url: new URL(...) }";
    throw cannotAttach(worker, String(url), read.reason, [fetchIt, mean]);
  }
  const mediaType = promised ?? mediaTypeOf(new URL(read.url).pathname);
  if (mediaType !== undefined) return { kind: "attachment-url", mediaType, url: read.url };
  throw cannotAttach(worker, String(url), "its address tells no media type", [
    'say what it is: { url, mediaType: "image/png" }',
  ]);
}

async function bytesOf(
  worker: string,
  { name, data }: Fields,
  promised: string | undefined,
): Promise<Attachment> {
  if (typeof name !== "string" || !isFileName(name)) {
    const reason = "its name must be the name of a file, without folders";
    throw cannotAttach(worker, JSON.stringify(name) ?? "undefined", reason, FORMS);
  }
  if (!isUint8Array(data)) {
    const reason = "its data must be a Uint8Array";
    const tries = ["of a File or Blob: new Uint8Array(await file.arrayBuffer())"];
    throw cannotAttach(worker, name, reason, tries);
  }
  // A copy: what is hashed is what is sent, whatever its owner does to it meanwhile.
  const bytes = new Uint8Array(data);
  const byName = mediaTypeOf(name) ?? (isTextMedia(promised) ? promised : undefined);
  const type = await attachmentType(name, bytes, byName);
  if (type.kind === "refused") throw cannotAttach(worker, name, type.reason, type.tries);
  return bytesAttachment(name, type.mediaType, bytes);
}

/** One step of a path, of characters that a line shows. */
function isFileName(name: string): boolean {
  return name.trim() !== "" && name.length <= 255 && !/[/\\\p{Cc}]|^\.{1,2}$/u.test(name);
}

function cannotAttach(
  worker: string,
  file: string,
  reason: string,
  tries: readonly string[],
): LlmDoError {
  const why = `cannot attach ${file}: ${reason}`;
  return new LlmDoError({ code: "call", verb: "call", what: worker, reason: why, tries });
}
