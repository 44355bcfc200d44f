import { posix } from "node:path";
import type { Import, SourceFile } from "./source-file.ts";

/** The files that import each file statically, for a value or for a type. */
function staticImporters(files: readonly SourceFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const importers = new Map(files.map(({ path }) => [path, new Set<string>()]));
  for (const { path, imports } of files) {
    for (const { to, kind } of imports) if (kind !== "lazy") importers.get(to)?.add(path);
  }
  return importers;
}

/** A file that exactly one other file imports statically. */
export interface SingleImporter {
  readonly file: SourceFile;
  readonly importer: string;
  readonly sameFolder: boolean;
}

export function singleImporters(files: readonly SourceFile[]): readonly SingleImporter[] {
  const importers = staticImporters(files);
  return files.flatMap((file) => {
    const [importer, ...others] = importers.get(file.path) ?? [];
    if (importer === undefined || others.length > 0) return [];
    return [{ file, importer, sameFolder: posix.dirname(importer) === posix.dirname(file.path) }];
  });
}

type Kind = Import["kind"];

/** The longest chain of files of which each imports the next. A cycle is followed once. */
export function longestChain(
  files: readonly SourceFile[],
  kinds: readonly Kind[],
): readonly string[] {
  const chainFrom = chainFinder(files, kinds);
  return longest(files.map(({ path }) => chainFrom(path)));
}

/** The files that lie on a chain of more than `most` files, each with its place in its longest. */
export function filesOnLongChains(
  files: readonly SourceFile[],
  kinds: readonly Kind[],
  most: number,
): readonly string[] {
  const below = chainFinder(files, kinds);
  const above = chainFinder(turned(files), kinds);
  return files
    .map(({ path }) => ({ path, length: above(path).length + below(path).length - 1 }))
    .filter(({ length }) => length > most)
    .sort((one, other) => above(one.path).length - above(other.path).length)
    .map(({ path, length }) => `${above(path).length} of ${length}  ${path}`);
}

/** The same files, each importing those that import it. */
function turned(files: readonly SourceFile[]): readonly SourceFile[] {
  const back = new Map(files.map(({ path }) => [path, [] as Import[]]));
  for (const { path, imports } of files) {
    for (const one of imports) back.get(one.to)?.push({ ...one, to: path });
  }
  return files.map((file) => ({ ...file, imports: back.get(file.path) ?? [] }));
}

function chainFinder(files: readonly SourceFile[], kinds: readonly Kind[]) {
  const importsOf = new Map(
    files.map(({ path, imports }) => [path, imports.filter(({ kind }) => kinds.includes(kind))]),
  );
  const known = new Map<string, readonly string[]>();
  const open = new Set<string>();
  return function chainFrom(path: string): readonly string[] {
    const before = known.get(path);
    if (before) return before;
    if (open.has(path)) return [];
    open.add(path);
    const next = importsOf.get(path)?.filter(({ to }) => importsOf.has(to)) ?? [];
    const chain = [path, ...longest(next.map(({ to }) => chainFrom(to)))];
    open.delete(path);
    known.set(path, chain);
    return chain;
  };
}

function longest(chains: readonly (readonly string[])[]): readonly string[] {
  return chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
}
