import { hash } from "node:crypto";
import { dirname, extname, relative, resolve } from "node:path";
import type { FileSystem } from "../../host/files/file-system.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { WorkerHead } from "../../runtime/worker/worker-head.ts";

/** The hash of a worker's prompt: everything that its model is told beside the conversation. */
export function promptHash(head: WorkerHead): string {
  return hash("sha256", canonicalJson(head));
}

/** Changed when what is hashed changes: certificates then no longer fit. */
const VERSION = "llm-do code 1";

/** Endings that an import may leave out, or write in the place of the source's. */
const ENDINGS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

/**
 * What stands behind `from`, `import` and `import(`, where it is relative. Text that only looks like
 * an import and names a file that is there adds that file, which does no harm.
 */
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(["'])(\.{1,2}\/[^"'\n]+)\1/g;

/**
 * SHA-256 over a code file and the relative files that it imports, directly or not, in hexadecimal.
 * Packages are not in it. It depends on the files' texts and on where they are to each other, not on
 * where they all are, nor on the ends of lines.
 *
 * @param path absolute
 * @throws the platform's error when the file cannot be read
 */
export function codeHash(path: string, files: FileSystem): string {
  const folder = dirname(path);
  const texts = [...codeFiles(path, files)]
    .map(([file, text]) => [relative(folder, file).replaceAll("\\", "/"), text] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return hash("sha256", `${VERSION}\n${JSON.stringify(texts)}`);
}

/** The texts of a file and all that it imports, by absolute path. */
function codeFiles(start: string, files: FileSystem): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (texts.has(path)) continue;
    const text = files.readText(path).replaceAll("\r\n", "\n");
    texts.set(path, text);
    for (const [, , specifier = ""] of text.matchAll(IMPORT)) {
      const imported = importedFile(resolve(dirname(path), specifier), files);
      if (imported !== undefined) waiting.push(imported);
    }
  }
  return texts;
}

/** The file that an import leads to; TypeScript's sources may be imported under JavaScript's names. */
function importedFile(path: string, files: FileSystem): string | undefined {
  const ending = extname(path);
  const stem = ENDINGS.includes(ending) ? path.slice(0, -ending.length) : path;
  const inFolder = ENDINGS.map((ending) => `${path}/index${ending}`);
  const candidates = [path, ...ENDINGS.map((other) => stem + other), ...inFolder];
  return candidates.find((candidate) => files.stat(candidate)?.kind === "file");
}
