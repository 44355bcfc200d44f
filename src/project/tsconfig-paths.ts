import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { existingFile, isExistingFile } from "./code-resolution.ts";
import { plainJson } from "./json-with-comments.ts";

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
