import { statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What an import without an extension may mean, in this order. */
const ENDINGS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

/** What TypeScript writes for the file that it is compiled from. */
const COMPILED: ReadonlyMap<string, readonly string[]> = new Map([
  [".js", [".ts"]],
  [".mjs", [".mts"]],
  [".cjs", [".cts"]],
]);

/**
 * The file that an import of a path means, as TypeScript and test runners resolve it: without its
 * extension, by the extension that it is compiled to, or by its folder.
 *
 * @returns undefined where there is none
 */
export function fileOfPath(specifier: string, parentUrl: string): string | undefined {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined;
  const path = fileURLToPath(new URL(specifier, parentUrl));
  const found = existingFile(path);
  return found && pathToFileURL(found).href;
}

/** The file that a path without its extension stands for. */
export function existingFile(path: string): string | undefined {
  const extension = extname(path);
  const bare = path.slice(0, path.length - extension.length);
  const sources = COMPILED.get(extension)?.map((ending) => bare + ending) ?? [];
  const candidates = [
    path,
    ...sources,
    ...ENDINGS.map((ending) => path + ending),
    ...ENDINGS.map((ending) => join(path, `index${ending}`)),
  ];
  return candidates.find(isExistingFile);
}

export function isExistingFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
