import { basename } from "node:path";
import { isJsonObject, type Json, type JsonSchema } from "../../model/json.ts";
import { mediaTypeOf } from "../../model/media-type.ts";
import type { AttachedFile } from "../../providers/attachment-refusal.ts";
import type { Path } from "../../yaml/path.ts";

/** A file that an input schema names. */
interface NamedAttachment {
  /** Where the schema says it. */
  readonly path: Path;
  readonly file: AttachedFile;
}

/**
 * The files that a worker's input schema itself says will be attached: a default, a constant, the
 * members of an enumeration. Others are known when the worker is called.
 */
export function namedAttachments({ properties }: JsonSchema): readonly NamedAttachment[] {
  const attachments = isJsonObject(properties) ? properties["attachments"] : undefined;
  if (!isJsonObject(attachments)) return [];
  const items = isJsonObject(attachments["items"]) ? attachments["items"] : {};
  const above = ["properties", "attachments"];
  return [
    ...named([...above, "default"], textsOf(attachments["default"])),
    ...named([...above, "const"], textsOf(attachments["const"])),
    ...named([...above, "items", "const"], textsOf([items["const"] ?? null])),
    ...named([...above, "items", "enum"], textsOf(items["enum"])),
  ];
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function named(path: Path, files: readonly string[]): readonly NamedAttachment[] {
  return files.flatMap((file) => {
    const mediaType = mediaTypeOf(file);
    return mediaType === undefined ? [] : [{ path, file: { name: basename(file), mediaType } }];
  });
}
