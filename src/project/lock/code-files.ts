import { dirname, extname, resolve } from "node:path";
import type { FileSystem } from "../../host/files/file-system.ts";
import { findUpwards } from "../project-paths.ts";

/** Endings of code, which an import may leave out, or write in the place of the source's. */
const CODE_ENDINGS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

const ENDINGS = [...CODE_ENDINGS, ".json"];

/** A text in quotes, in one line. What stands before its last hole is left out. */
const LITERAL = /(["'`])((?:(?!\1)[^\n\\])*)\1/g;

/** The same with a relative path: whatever quotes stand before it in its line. */
const RELATIVE = /(["'`])(\.{1,2}\/[^"'`\n\\]+)\1/g;

/** The beginning of a call that reads a file or makes a path, up to its arguments. */
const READING = /\b(?:\w*[rR]ead\w*|open\w*|URL|join|resolve)\s*\(/g;

/** Characters of a call that are searched for names of files. */
const MOST_ARGUMENTS = 500;

/** Longer texts are no names of files. */
const LONGEST_NAME = 200;

/**
 * Finds the files that decide what a code file does, with their bytes: itself, the relative files that
 * it imports, directly or not, and the data files that they name.
 *
 * A data file is named by a text that begins with `./` or `../`, or by a text in a call that reads or
 * makes a path, as in `new URL("./sep.json", import.meta.url)`, `readFileSync("data/sep.json")` or
 * `join(import.meta.dirname, "data", "sep.json")`. A name that is put together at run time is not seen,
 * nor is a folder that is listed. Text that only looks like a name adds the file of that name, which
 * does no harm.
 *
 * @param start absolute
 * @param without absolute: a file that is left out, with what only that leads to
 * @throws the platform's error when the first file cannot be read
 */
export function codeFiles(
  start: string,
  files: FileSystem,
  without?: string,
): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path) || (path === without && path !== start)) continue;
    const bytes = files.readBytes(path);
    found.set(path, bytes);
    if (path !== start && !CODE_ENDINGS.includes(extname(path))) continue;
    const text = Buffer.from(bytes).toString("utf8");
    waiting.push(...importedFiles(text, dirname(path), files));
    waiting.push(...dataFiles(text, dirname(path), files));
  }
  return found;
}

/** Each relative name leads to a file; TypeScript's sources may be imported under JavaScript's names. */
function importedFiles(text: string, folder: string, files: FileSystem): readonly string[] {
  return [...text.matchAll(RELATIVE)].flatMap(([, , name = ""]) => {
    if (name.length > LONGEST_NAME) return [];
    const found = importedFile(resolve(folder, name), files);
    return found === undefined ? [] : [found];
  });
}

function importedFile(path: string, files: FileSystem): string | undefined {
  const ending = extname(path);
  const stem = ENDINGS.includes(ending) ? path.slice(0, -ending.length) : path;
  const inFolder = ENDINGS.map((other) => `${path}/index${other}`);
  const candidates = [path, ...ENDINGS.map((other) => stem + other), ...inFolder];
  return candidates.find((candidate) => isFile(candidate, files));
}

/** Files that calls name: relative to the code, or to a folder above it from which a program may run. */
function dataFiles(text: string, folder: string, files: FileSystem): readonly string[] {
  return [...text.matchAll(READING)].flatMap(({ index, 0: { length } }) => {
    const given = argumentsOf(text.slice(index + length, index + length + MOST_ARGUMENTS));
    const names = [...given.matchAll(LITERAL)]
      .map(([, , name = ""]) => name.replace(/^.*\}\/?/, ""))
      .filter((name) => name !== "" && name.length <= LONGEST_NAME);
    return [...names, names.join("/")].flatMap((name) => {
      const found = findUpwards(name, folder, files);
      return found !== undefined && isFile(found, files) ? [found] : [];
    });
  });
}

/** What stands before the bracket that ends a call. */
function argumentsOf(text: string): string {
  let depth = 1;
  for (const { 0: bracket, index } of text.matchAll(/[()]/g)) {
    depth += bracket === "(" ? 1 : -1;
    if (depth === 0) return text.slice(0, index);
  }
  return text;
}

function isFile(path: string, files: FileSystem): boolean {
  return files.stat(path)?.kind === "file";
}
