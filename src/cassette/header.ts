import { parse } from "yaml";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { FileSystem } from "../host/file-system.ts";
import { isJsonObject, type Json } from "../model/json.ts";
import { damaged } from "./damaged.ts";
import { CASSETTE_VERSION, HEADER, SEPARATOR } from "./entry.ts";

/** Characters in which the header of any cassette ends. */
const HEADER_CHARACTERS = 1000;

/** @throws LlmDoError `cassette-damaged` when a text is not a cassette of this version */
export function checkHeader(path: string, text: string): void {
  const version = versionOf(text);
  if (version === CASSETTE_VERSION) return;
  if (version === undefined) {
    throw damaged(path, `it is not a cassette: it does not begin with "${HEADER.trimEnd()}"`, {
      line: 1,
      tries: ["name a cassette, or a new file, behind --cassette"],
    });
  }
  const found = JSON.stringify(version);
  const reads = `this version of llm-do reads format ${CASSETTE_VERSION}`;
  throw damaged(path, `it has format ${found}, and ${reads}`, {
    line: 1,
    tries: ["use the version of llm-do that wrote it, or record it anew with --mode record"],
  });
}

/**
 * Makes sure that a recording would replace nothing but a cassette, however old or damaged.
 *
 * @throws LlmDoError `cassette-refused` when something else stands there
 */
export function checkReplaceable(path: string, files: FileSystem): void {
  const stat = files.stat(path);
  if (!stat) return;
  const isCassette = stat.kind === "file" && versionOf(files.readText(path)) !== undefined;
  if (isCassette) return;
  throw new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason: `${stat.kind === "file" ? "a file that is not a cassette" : `a ${stat.kind}`} stands there`,
    place: { file: path },
    tries: ["name another file behind --cassette", "or remove what stands there"],
  });
}

/** The format that a text says it has; undefined when it is no cassette. */
function versionOf(text: string): Json | undefined {
  // A crash may have cut the header itself; there is nothing to lose then.
  if (text.startsWith(HEADER) || HEADER.startsWith(text)) return CASSETTE_VERSION;
  const start = text.slice(0, HEADER_CHARACTERS).replaceAll("\r\n", "\n");
  const separator = start.indexOf(`\n${SEPARATOR}`);
  try {
    const header: unknown = parse(separator < 0 ? start : start.slice(0, separator + 1), {
      maxAliasCount: 0,
      logLevel: "error",
    });
    return isJsonObject(header) ? header["cassette"] : undefined;
  } catch {
    return undefined; // not YAML, so not a cassette
  }
}
