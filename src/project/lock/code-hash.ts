import { hash } from "node:crypto";
import { dirname, extname, relative, resolve, sep } from "node:path";
import type { FileSystem } from "../../host/file-system.ts";
import { canonicalJson } from "../../model/canonical.ts";

/** Changed when the same code would get another hash. */
const VERSION = "llm-do code 1";

/** A path that begins with a dot, wherever a module may name another one. */
const IMPORTED = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

const CODE: readonly string[] = [".ts", ".mts", ".js", ".mjs", ".cjs", ".cts"];

/**
 * SHA-256, in hexadecimal, of a code file and of all files that it imports by relative paths, those
 * that they import included. The same wherever the folder is. What a package brings does not count.
 *
 * @param path absolute
 */
export function codeHash(path: string, files: FileSystem): string {
  const folder = dirname(path);
  const hashes = [...filesFrom(path, files)]
    .map(([file, text]) => [relative(folder, file).split(sep).join("/"), text ?? null] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, text]) => [name, text === null ? null : hash("sha256", text)]);
  return hash("sha256", `${VERSION}\n${canonicalJson(hashes)}`);
}

/** Texts by absolute path; undefined for what is not there. */
function filesFrom(path: string, files: FileSystem): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const open = [path];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    const isThere = files.stat(file)?.kind === "file";
    const text = isThere ? files.readText(file) : undefined;
    found.set(file, text);
    if (text === undefined || !CODE.includes(extname(file))) continue;
    for (const [, specifier = ""] of text.matchAll(IMPORTED)) {
      open.push(resolve(dirname(file), specifier));
    }
  }
  return found;
}
