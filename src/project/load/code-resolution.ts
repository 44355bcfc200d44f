import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
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
function existingFile(path: string): string | undefined {
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

function isExistingFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** What the `paths` of a tsconfig.json map, as absolute patterns with at most one `*`. */
interface PathMap {
  readonly patterns: readonly (readonly [pattern: string, targets: readonly string[]])[];
}

const NO_PATHS: PathMap = { patterns: [] };

const known = new Map<string, PathMap>();

/**
 * The file that an import means by the `paths` of the nearest tsconfig.json above the file that
 * imports.
 *
 * @param importer absolute path
 * @returns undefined where no pattern fits, or nothing is where it leads to
 */
export function fileByTsconfig(specifier: string, importer: string): string | undefined {
  if (/^(?:\.{0,2}\/|[a-z]+:)/.test(specifier)) return undefined;
  const { patterns } = pathsFor(dirname(importer));
  const fitting = patterns
    .map(([pattern, targets]) => ({ pattern, targets, rest: restOf(specifier, pattern) }))
    .filter(({ rest }) => rest !== undefined)
    // The most specific one: that with the longest text before its star.
    .toSorted((left, right) => prefixOf(right.pattern).length - prefixOf(left.pattern).length);
  for (const { targets, rest = "" } of fitting.slice(0, 1)) {
    for (const target of targets) {
      const found = existingFile(target.replace("*", () => rest));
      if (found) return found;
    }
  }
  return undefined;
}

function prefixOf(pattern: string): string {
  return pattern.split("*", 1)[0] ?? "";
}

/** What stands for the star of a pattern; undefined where it does not fit. */
function restOf(specifier: string, pattern: string): string | undefined {
  const at = pattern.indexOf("*");
  if (at < 0) return specifier === pattern ? "" : undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const fits =
    specifier.length >= before.length + after.length &&
    specifier.startsWith(before) &&
    specifier.endsWith(after);
  return fits ? specifier.slice(before.length, specifier.length - after.length) : undefined;
}

function pathsFor(folder: string): PathMap {
  const remembered = known.get(folder);
  if (remembered) return remembered;
  const file = join(folder, "tsconfig.json");
  const parent = dirname(folder);
  const found = isExistingFile(file)
    ? (readPaths(file, new Set()) ?? NO_PATHS)
    : parent === folder
      ? NO_PATHS
      : pathsFor(parent);
  known.set(folder, found);
  return found;
}

/** The paths that a file says itself, else those of what it extends; undefined for none. */
function readPaths(file: string, following: Set<string>): PathMap | undefined {
  if (following.has(file)) return undefined;
  following.add(file);
  const config = readJson(file);
  const options = fieldOf(config, "compilerOptions");
  const paths = fieldOf(options, "paths");
  if (typeof paths === "object" && paths !== null) {
    const baseUrl = fieldOf(options, "baseUrl");
    const base = resolve(dirname(file), typeof baseUrl === "string" ? baseUrl : ".");
    return {
      patterns: Object.entries(paths).map(([pattern, to]) => [pattern, targetsOf(to, base)]),
    };
  }
  const extended = [fieldOf(config, "extends")].flat().filter((one) => typeof one === "string");
  // The last one wins.
  for (const one of extended.toReversed()) {
    const path = extendedFile(one, file);
    const found = path === undefined ? undefined : readPaths(path, following);
    if (found) return found;
  }
  return undefined;
}

function targetsOf(targets: unknown, base: string): readonly string[] {
  if (!Array.isArray(targets)) return [];
  return targets.filter((target) => typeof target === "string").map((target) => join(base, target));
}

function extendedFile(specifier: string, file: string): string | undefined {
  if (/^\.{0,2}\//.test(specifier)) {
    const path = resolve(dirname(file), specifier);
    return [path, `${path}.json`].find(isExistingFile);
  }
  const require = createRequire(file);
  for (const name of [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`]) {
    try {
      return require.resolve(name);
    } catch {
      // The next one may be there. What nobody finds is for the compiler to complain about.
    }
  }
  return undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Larger files are left alone: no compiler is configured by as much. */
const MOST_BYTES = 4 * 1024 ** 2;

/** JSON with comments and trailing commas; a file that is none of that says nothing. */
function readJson(file: string): unknown {
  try {
    if (statSync(file).size > MOST_BYTES) return undefined;
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    return JSON.parse(plainJson(text));
  } catch {
    return undefined;
  }
}

/** What JSON with comments is made of; all else is copied. */
const TELLING = /["/,\]}]/g;

/**
 * The JSON of a text that may have comments, and commas before what ends a list or a map. Takes one
 * pass, whatever the text holds.
 */
export function plainJson(text: string): string {
  const pieces: string[] = [];
  /** Where the piece stands that is a comma with nothing but blanks and comments behind it. */
  let comma = -1;
  const copy = (piece: string) => {
    if (/\S/.test(piece)) comma = -1;
    pieces.push(piece);
  };
  let from = 0;
  while (from < text.length) {
    TELLING.lastIndex = from;
    const at = TELLING.exec(text)?.index ?? text.length;
    copy(text.slice(from, at));
    const sign = text[at] ?? "";
    const end = endOfPart(text, at);
    from = end;
    if (sign === "/" && end > at + 1) continue; // a comment
    if ((sign === "]" || sign === "}") && comma >= 0) pieces[comma] = "";
    copy(text.slice(at, end));
    if (sign === ",") comma = pieces.length - 1;
  }
  return pieces.join("");
}

/** The end of the text in quotes or of the comment that begins at an offset; else of the character. */
function endOfPart(text: string, at: number): number {
  if (text[at] === '"') return endOfQuotes(text, at + 1);
  if (text.startsWith("//", at)) return endBehind(text, "\n", at) - 1;
  return text.startsWith("/*", at) ? endBehind(text, "*/", at + 2) : at + 1;
}

function endOfQuotes(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === "\\") at++;
  }
  return text.length;
}

function endBehind(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length + 1 : at + mark.length;
}
