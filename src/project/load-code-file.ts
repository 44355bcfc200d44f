import { fileURLToPath, pathToFileURL } from "node:url";
import { LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { installFallbackResolution } from "./fallback-resolution.ts";

/** What a code file exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * Imports a code file: with Node's own type stripping, or with tsx where its syntax needs a
 * transform (enums, namespaces, parameter properties).
 *
 * @param path absolute path
 * @throws LlmDoError `code` with the file's own line when it does not parse or throws
 */
export async function loadCodeFile(path: string): Promise<Exports> {
  await installFallbackResolution();
  const url = pathToFileURL(path).href;
  try {
    return (await import(url)) as Exports;
  } catch (error) {
    if (!needsTransform(error)) throw loadFailed(path, error);
  }
  try {
    const { tsImport } = await import("tsx/esm/api");
    return (await tsImport(url, import.meta.url)) as Exports;
  } catch (error) {
    throw loadFailed(path, error);
  }
}

function needsTransform(error: unknown): boolean {
  return codeOf(error) === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function loadFailed(path: string, error: unknown): LlmDoError {
  const syntax = error instanceof SyntaxError ? "it has a syntax error: " : "it threw: ";
  const missing = codeOf(error) === "ERR_MODULE_NOT_FOUND";
  const message = messageOf(error).split("\n", 1)[0] ?? "";
  return new LlmDoError({
    code: "code",
    verb: "load",
    what: path,
    reason: missing ? message : `${syntax}${message}`,
    place: placeIn(error, path) ?? { file: path },
    tries: missing ? ["npm install the package, or correct the import"] : [],
    cause: error,
  });
}

/** The first place in a stack that is in the file itself, or in a file that it imports. */
function placeIn(error: unknown, path: string): Place | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const places = [...stack.matchAll(/((?:file:\/\/)?\/[^\s():]+):(\d+)(?::(\d+))?/g)].map(toPlace);
  const own = places.find((place) => place.file === path);
  return own ?? places.find((place) => !/\/node_modules\/|\/dist\//.test(place.file));
}

function toPlace(match: RegExpExecArray): Place {
  const [, location = "", line, column] = match;
  const file = location.startsWith("file://") ? fileURLToPath(location) : location;
  return {
    file: file.replace(/\?.*$/, ""),
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}
