import { ownField } from "./json.ts";

/**
 * Media types by extension, of files that people attach; whether a provider takes one is for its
 * transport to say. Written from common knowledge, not checked against a registry.
 */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  txt: "text/plain",
  log: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  html: "text/html",
  htm: "text/html",
  json: "application/json",
  yaml: "application/yaml",
  yml: "application/yaml",
  xml: "application/xml",
};

/** Extensions of source code, which models read as plain text. */
const CODE =
  "c cc cpp cs css go h hpp java js jsx kt mjs mts php py rb rs scala sh sql swift ts tsx".split(
    " ",
  );

/** The media type that the extension of a path promises; undefined when it promises none. */
export function mediaTypeOf(path: string): string | undefined {
  const extension = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (CODE.includes(extension)) return "text/plain";
  return ownField(MEDIA_TYPES, extension);
}

/** Whether a media type is one of text that models read. */
export function isTextMedia(mediaType: string | undefined): mediaType is string {
  return (
    mediaType !== undefined &&
    (mediaType.startsWith("text/") || TEXT_APPLICATIONS.includes(mediaType))
  );
}

const TEXT_APPLICATIONS: readonly string[] = [
  "application/json",
  "application/yaml",
  "application/xml",
];
