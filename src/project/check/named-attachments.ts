import { basename } from "node:path";
import { namedPaths } from "../../functions/named-paths.ts";
import type { JsonSchema } from "../../model/json.ts";
import { mediaTypeOf } from "../../model/media-type.ts";
import type { AttachedFile } from "../../providers/attachments/attachment-refusal.ts";
import type { Path } from "../../yaml/path.ts";

/** A file that an input schema names. */
interface NamedAttachment {
  /** Where the schema says it. */
  readonly path: Path;
  readonly file: AttachedFile;
}

/** The files that an input schema names, as far as their names say what they are. */
export function namedAttachments(schema: JsonSchema): readonly NamedAttachment[] {
  return namedPaths(schema).flatMap(({ at: path, file }) => {
    const mediaType = mediaTypeOf(file);
    return mediaType === undefined ? [] : [{ path, file: { name: basename(file), mediaType } }];
  });
}
