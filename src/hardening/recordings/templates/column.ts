import { classOf, shapeOfChunk } from "../../../functions/templates/chunks.ts";
import type { Hole } from "../../../functions/templates/hole.ts";

/** The chunks that stand at one position of texts with the same structure. */
interface Column {
  readonly n: number;
  /** Distinct chunks with how often each was seen. */
  readonly counts: ReadonlyMap<string, number>;
}

/** The column at a position of rows. */
export function columnOf(
  rows: readonly { readonly chunks: readonly string[] }[],
  position: number,
): Column {
  return columnBy(rows, ({ chunks }) => chunks[position] ?? "");
}

export function columnBy<Row>(rows: readonly Row[], key: (row: Row) => string): Column {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = key(row);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return { n: rows.length, counts };
}

/** More values than this are not a list that a person would read. */
const MOST_VALUES = 40;
/** Where a larger share was seen once, so large a share of the next will be new. */
const MOST_SEEN_ONCE = 0.01;

/** Returns true if all values that come seem to have been seen. */
export function isClosed({ n, counts }: Column, most = MOST_VALUES): boolean {
  if (counts.size > most) return false;
  let seenOnce = 0;
  for (const count of counts.values()) if (count === 1) seenOnce++;
  return seenOnce <= n * MOST_SEEN_ONCE;
}

const LETTER = /\p{L}/u;
const DIGIT = /\p{N}/u;

/** What kind of chunk it is: a number, a word, or letters and digits mixed. */
export function kindOfChunk(chunk: string): "number" | "word" | "mixed" {
  if (!DIGIT.test(chunk)) return "word";
  return LETTER.test(chunk) ? "mixed" : "number";
}

/** Returns true if words stand there that have not all been seen. */
export function isOpenWord(column: Column): boolean {
  if (isClosed(column)) return false;
  let words = 0;
  for (const [chunk, count] of column.counts) if (kindOfChunk(chunk) === "word") words += count;
  return words * 2 > column.n;
}

/** More shapes than this say no more than the characters that they are made of. */
const MOST_SHAPES = 8;

/** What stands in the place of a column. */
interface MinedPart {
  readonly part: string | Hole;
  /** Returns true if a chunk that was seen would not fit, had it not been seen in this one row. */
  readonly isAlone: (chunk: string) => boolean;
}

/** The chunk itself where there is one only, else a hole that takes what was seen and no more. */
export function partFor(column: Column): MinedPart {
  const { counts } = column;
  const values = [...counts.keys()];
  const [first = "", ...others] = values;
  if (others.length === 0) return { part: first, isAlone: () => false };
  const seenOnce = (chunk: string) => counts.get(chunk) === 1;
  // Without it the others would all be the same, and no hole.
  const leavesOne = (chunk: string) => others.length === 1 && seenOnce(chunk);
  if (isClosed(column) && values.some((chunk) => kindOfChunk(chunk) !== "number")) {
    return { part: { kind: "choice", values: new Set(values.sort()) }, isAlone: seenOnce };
  }
  const shapes = countedBy(column, shapeOfChunk);
  if (isClosed(shapes, MOST_SHAPES)) {
    const part: Hole = { kind: "shapes", shapes: new Set([...shapes.counts.keys()].sort()) };
    const isOnly = (chunk: string) => shapes.counts.get(shapeOfChunk(chunk)) === 1;
    return { part, isAlone: (chunk) => leavesOne(chunk) || isOnly(chunk) };
  }
  return charactersFor(column, leavesOne);
}

function charactersFor({ counts }: Column, leavesOne: (chunk: string) => boolean): MinedPart {
  const classes = new Map<string, number>();
  const rooms = new Map<number, number>();
  for (const [chunk, count] of counts) {
    const room = roomFor(chunk);
    rooms.set(room, (rooms.get(room) ?? 0) + count);
    for (const sign of classesOf(chunk)) classes.set(sign, (classes.get(sign) ?? 0) + count);
  }
  const most = Math.max(...rooms.keys());
  const isLongest = (chunk: string) => rooms.get(most) === 1 && roomFor(chunk) === most;
  const hasOwn = (chunk: string) => [...classesOf(chunk)].some((sign) => classes.get(sign) === 1);
  return {
    part: { kind: "characters", classes: [...classes.keys()].sort().join(""), most },
    isAlone: (chunk) => leavesOne(chunk) || isLongest(chunk) || hasOwn(chunk),
  };
}

function classesOf(chunk: string): ReadonlySet<string> {
  return new Set(Array.from(chunk, classOf));
}

function countedBy({ n, counts }: Column, key: (chunk: string) => string): Column {
  const sums = new Map<string, number>();
  for (const [chunk, count] of counts) {
    const of = key(chunk);
    sums.set(of, (sums.get(of) ?? 0) + count);
  }
  return { n, counts: sums };
}

/** The longest of the chunks that are about as long as this one: 1, 3, 7, 15, 31, ... */
function roomFor(chunk: string): number {
  return 2 ** (Math.floor(Math.log2(chunk.length)) + 1) - 1;
}
