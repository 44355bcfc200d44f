import { posix } from "node:path";
import type { Figure, House } from "./figure.ts";
import {
  filesOnLongChains,
  longestChain,
  type SingleImporter,
  singleImporters,
} from "./import-graph.ts";
import {
  equalBodies,
  namesWithBodies,
  type PlacedFunction,
  topLevelFunctions,
} from "./repeated-code.ts";
import type { SourceFile } from "./source-file.ts";
import { unnamedTypes } from "./unnamed-types.ts";

const MAX_CHAIN = 16;
const MAX_LOOSE_FILES = 20;
/** A file with fewer lines could stand in its only importer. */
const SMALL_FILE_LINES = 60;
/** From here on a name says nothing about what a function does. */
const MANY_BODIES = 4;

/** All figures, in the order in which they are printed. */
export const FIGURES: readonly Figure[] = [
  {
    name: "files",
    title: "files",
    aim: -30,
    measure: ({ files }) => ({ value: files.length, details: perRoom(files, () => 1) }),
  },
  {
    name: "lines",
    title: "lines",
    aim: -5,
    measure: ({ files }) => ({
      value: sum(files.map(({ lines }) => lines)),
      details: perRoom(files, ({ lines }) => lines),
    }),
  },
  {
    name: "comments",
    title: "comment lines per 100 lines",
    bound: { least: 13 },
    measure: ({ files }) => ({
      value: commentShare(files),
      details: files
        .filter(({ lines }) => lines >= SMALL_FILE_LINES)
        .toSorted((one, other) => commentShare([one]) - commentShare([other]))
        .map((file) => `${commentShare([file]).toFixed(1)}  ${file.path}:${file.lines}`),
    }),
  },
  {
    name: "median",
    title: "median lines of a file",
    bound: { least: 80, most: 110 },
    measure: ({ files }) => ({ value: median(files), details: bySize(files).reverse() }),
  },
  {
    name: "max",
    title: "lines of the longest file",
    bound: { most: 350 },
    measure: ({ files }) => ({
      value: Math.max(0, ...files.map(({ lines }) => lines)),
      details: bySize(files),
    }),
  },
  {
    name: "chain",
    title: "longest chain of imports",
    bound: { most: MAX_CHAIN },
    measure: ({ files }) => {
      const chain = longestChain(files, ["value"]);
      const others = filesOnLongChains(files, ["value"], MAX_CHAIN);
      const details = [...chain, `all files on chains of more than ${MAX_CHAIN}:`, ...others];
      return { value: chain.length, details: chain.length > MAX_CHAIN ? details : chain };
    },
  },
  {
    name: "lazy-chain",
    title: "longest chain with lazy imports",
    measure: ({ files }) => {
      const chain = longestChain(files, ["value", "lazy"]);
      return { value: chain.length, details: chain };
    },
  },
  {
    name: "one-importer",
    title: "files with one importer, %",
    bound: { most: 28 },
    measure: ({ files }) => {
      const single = singleImporters(files);
      return {
        value: (100 * single.length) / Math.max(1, files.length),
        details: single.map(singleText),
      };
    },
  },
  {
    name: "small-single",
    title: "small files with one importer beside them",
    bound: { most: 15 },
    measure: ({ files }) => {
      const small = smallSingles(files);
      return { value: small.length, details: small.map(singleText) };
    },
  },
  {
    name: "loose",
    title: "loose files of the fullest folder",
    bound: { most: MAX_LOOSE_FILES },
    measure: ({ files }) => {
      const folders = [...Map.groupBy(files, ({ path }) => posix.dirname(path))]
        .map(([folder, { length }]) => ({ folder, length }))
        .sort((one, other) => other.length - one.length);
      return {
        value: folders[0]?.length ?? 0,
        details: folders
          .filter(({ length }, at) => at === 0 || length > MAX_LOOSE_FILES)
          .map(({ folder, length }) => `${length}  ${folder}`),
      };
    },
  },
  {
    name: "equal-bodies",
    title: "groups of functions with equal bodies",
    bound: { most: 0 },
    measure: ({ files }) => {
      const groups = equalBodies(files);
      return {
        value: groups.length,
        details: groups.map((group) => group.map(placeOf).join(" = ")),
      };
    },
  },
  definitions("counted"),
  definitions("percent"),
  {
    name: "names",
    title: `private names with ${MANY_BODIES} bodies or more`,
    bound: { most: 5 },
    measure: ({ files }) => {
      const names = namesWithBodies(files, MANY_BODIES);
      return {
        value: names.length,
        details: names.flatMap(({ name, bodies }) => [
          `${name}: ${bodies.length} bodies`,
          ...bodies.map((group) => `  ${group.map(placeOf).join(" = ")}`),
        ]),
      };
    },
  },
  {
    name: "types",
    title: "exported types that no other file names",
    bound: { most: 0 },
    measure: (house) => {
      const unnamed = unnamedTypes(house);
      return {
        value: unnamed.length,
        details: [...Map.groupBy(unnamed, ({ path }) => path)].map(
          ([path, types]) => `${path}: ${types.map(({ name }) => name).join(", ")}`,
        ),
      };
    },
  },
];

/** Files that only one file imports, one of the same folder, and that are small enough to merge. */
export function smallSingles(files: readonly SourceFile[]): readonly SingleImporter[] {
  return singleImporters(files).filter(
    ({ file, sameFolder }) => sameFolder && file.lines < SMALL_FILE_LINES,
  );
}

function definitions(name: string): Figure {
  return {
    name,
    title: `functions called \`${name}\``,
    bound: { most: 1 },
    measure: ({ files }: House) => {
      const found = topLevelFunctions(files).filter((one) => one.name === name);
      return { value: found.length, details: found.map(placeOf) };
    },
  };
}

function placeOf({ path, line, name }: PlacedFunction): string {
  return `${path}:${line} ${name}`;
}

function singleText({ file, importer }: SingleImporter): string {
  return `${file.path}:${file.lines} <- ${importer}`;
}

function bySize(files: readonly SourceFile[]): string[] {
  return files
    .toSorted((one, other) => other.lines - one.lines)
    .map(({ path, lines }) => `${String(lines).padStart(4)}  ${path}`);
}

function perRoom(
  files: readonly SourceFile[],
  count: (file: SourceFile) => number,
): readonly string[] {
  return [...Map.groupBy(files, ({ path }) => path.split("/")[0] ?? "")].map(
    ([room, members]) => `${String(sum(members.map(count))).padStart(6)}  ${room}`,
  );
}

function median(files: readonly SourceFile[]): number {
  const sizes = files.map(({ lines }) => lines).sort((one, other) => one - other);
  const middle = Math.floor(sizes.length / 2);
  const [lower = 0, upper = lower] = sizes.slice(sizes.length % 2 ? middle : middle - 1);
  return sizes.length % 2 ? lower : (lower + upper) / 2;
}

function commentShare(files: readonly SourceFile[]): number {
  const lines = sum(files.map((file) => file.lines));
  return (100 * sum(files.map(({ commentLines }) => commentLines))) / Math.max(1, lines);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
