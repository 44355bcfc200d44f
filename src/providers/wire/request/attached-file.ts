import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Attachment } from "../../../model/message.ts";
import { splitModelName } from "../../../model/request.ts";

/**
 * The error for a file that a model's provider cannot be sent.
 *
 * @param takes kinds of files that it can be sent in that form
 */
export function refusedAttachment(
  model: string,
  file: Attachment,
  takes: readonly string[],
): LlmDoError {
  const isHere = file.kind === "attachment";
  const what = isHere ? `"${file.name}" (${file.mediaType})` : `${file.url} (${file.mediaType})`;
  const form = isHere ? "" : " by its address";
  return new LlmDoError({
    code: "configuration",
    verb: "ask",
    what: model,
    reason: `${splitModelName(model).provider} does not take ${what}${form}${instead(takes)}`,
    tries: ["convert the file in a tool and pass its text"],
  });
}

function instead(kinds: readonly string[]): string {
  if (kinds.length === 0) return "";
  const listed = [kinds.slice(0, -1).join(", "), ...kinds.slice(-1)].filter(Boolean);
  return `; it takes ${listed.join(" and ")}`;
}

/** `text/plain` of `text/plain; charset=utf-8`. */
export function bareMediaType(mediaType: string): string {
  return (mediaType.split(";")[0] ?? "").trim().toLowerCase();
}

export function base64Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
