import { hash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { MalformedEntry } from "./format.ts";

/** Binary content by its name. */
export type BlobContents = ReadonlyMap<string, Uint8Array>;

/** Shorter texts stay where they are: a file of their own would not be easier to read. */
const SHORTEST_BLOB_CHARACTERS = 1024;

/** The file names that a reference may have; anything else could lead out of the folder. */
export const BLOB_NAME = /^[0-9a-f]{64}\.(?:png|jpg|gif|webp|pdf)$/;

/**
 * The field that makes an object a reference: `{ $blob: NAME }`, with `before` for what stands in
 * front of the base64 text. Data that has such a field itself gets one `$` more.
 */
const REFERENCE = "$blob";
const ESCAPABLE = /^\$+blob$/;
const ESCAPED = /^\$\$+blob$/;

const DATA_URL_START = /^data:[\w.+/;=-]*;base64,/;

/** Beginnings of files by kind, as in the formats' own specifications. */
const MAGIC: readonly (readonly [extension: string, start: RegExp])[] = [
  ["png", /^\x89PNG\r\n.\n/],
  ["jpg", /^\xff\xd8\xff/],
  ["gif", /^GIF8[79]a/],
  ["webp", /^RIFF[\s\S]{4}WEBP/],
  ["pdf", /^%PDF-/],
];

/** Characters of base64 that hold the bytes by which a kind is known: 12 bytes. */
const MAGIC_CHARACTERS = 16;

/** Data with references in the place of binary content, which is put into `found` by its name. */
export function extractBlobs(data: Json, found: Map<string, Uint8Array>): Json {
  if (typeof data === "string") return extractText(data, found);
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item: Json) => extractBlobs(item, found));
  return mapFields(data as JsonObject, (key, value) => [
    ESCAPABLE.test(key) ? `$${key}` : key,
    extractBlobs(value, found),
  ]);
}

function extractText(text: string, found: Map<string, Uint8Array>): Json {
  if (text.length < SHORTEST_BLOB_CHARACTERS) return text;
  const before = DATA_URL_START.exec(text)?.[0] ?? "";
  const extension = extensionOf(text.slice(before.length, before.length + MAGIC_CHARACTERS));
  if (extension === undefined) return text;
  const base64 = text.slice(before.length);
  const bytes = Buffer.from(base64, "base64");
  // Other spellings of base64 would not come back as they were.
  if (bytes.toString("base64") !== base64) return text;
  const name = `${hash("sha256", bytes)}.${extension}`;
  found.set(name, bytes);
  return before === "" ? { [REFERENCE]: name } : { [REFERENCE]: name, before };
}

function extensionOf(base64Start: string): string | undefined {
  const start = Buffer.from(base64Start, "base64").toString("latin1");
  return MAGIC.find(([, magic]) => magic.test(start))?.[0];
}

/**
 * Data as it was before {@link extractBlobs}.
 *
 * @throws MalformedEntry for a reference that `extractBlobs` does not make
 */
export function restoreBlobs(data: Json, read: (name: string) => Uint8Array): Json {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item: Json) => restoreBlobs(item, read));
  if (!isJsonObject(data)) return data;
  if (Object.hasOwn(data, REFERENCE)) return restoreText(data, read);
  return mapFields(data, (key, value) => [
    ESCAPED.test(key) ? key.slice(1) : key,
    restoreBlobs(value, read),
  ]);
}

function restoreText(reference: JsonObject, read: (name: string) => Uint8Array): string {
  const { [REFERENCE]: name, before = "", ...others } = reference;
  if (typeof name !== "string" || typeof before !== "string" || Object.keys(others).length > 0) {
    throw new MalformedEntry(`a "${REFERENCE}" reference is not { ${REFERENCE}: NAME }`);
  }
  if (!BLOB_NAME.test(name)) {
    throw new MalformedEntry(`"${REFERENCE}" names ${JSON.stringify(name)}, which is no blob`);
  }
  return before + Buffer.from(read(name)).toString("base64");
}

function mapFields(
  fields: JsonObject,
  change: (key: string, value: Json) => readonly [string, Json],
): JsonObject {
  // Object.fromEntries also takes a key such as "__proto__".
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => change(key, value)));
}
