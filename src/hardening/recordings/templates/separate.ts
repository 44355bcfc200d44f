import { columnBy, columnOf, isClosed, kindOfChunk } from "./column.ts";

/** Anything with chunks. */
interface Chunks {
  readonly chunks: readonly string[];
}

/** Rows for each value of two columns that it takes to say that the two go together. */
const ROWS_A_VALUE = 5;
/** More groups than this are not kinds of text, but values that happen to go together. */
const MOST_GROUPS = 8;
/** Columns that are looked at; texts whose kinds differ only further on stay together. */
const MOST_COLUMNS = 16;

/**
 * Separates rows of the same structure that are of different kinds: where the words at one position
 * fall into groups that share nothing at another position ("Failed ... for", "Session ... of").
 * Positions that vary by themselves, such as weekday and month, separate nothing.
 */
export function separated<Row extends Chunks>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = firstSeparation(rows);
  return groups ? groups.flatMap((group) => separated(group)) : [rows];
}

function firstSeparation<Row extends Chunks>(
  rows: readonly Row[],
): readonly (readonly Row[])[] | undefined {
  if (rows.length < 2 * ROWS_A_VALUE) return undefined;
  const keys = keysOf(rows);
  for (const [index, left] of keys.entries()) {
    if (!left.isWord) continue;
    for (const [other, right] of keys.entries()) {
      if (index === other || (right.isWord && other < index)) continue;
      if (rows.length < ROWS_A_VALUE * (left.size + right.size)) continue;
      const groups = componentsOf(rows, left, right);
      if (groups.length > 1 && groups.length <= MOST_GROUPS) return groups;
    }
  }
  return undefined;
}

/** What rows may be told apart by. */
interface Key {
  readonly of: (row: Chunks) => string;
  readonly size: number;
  /** Words rather than the kind of chunk. */
  readonly isWord: boolean;
}

function keysOf(rows: readonly Chunks[]): readonly Key[] {
  const keys: Key[] = [];
  for (let position = 0; position < (rows[0]?.chunks.length ?? 0); position++) {
    const column = columnOf(rows, position);
    if (column.counts.size === 1) continue;
    const of = ({ chunks }: Chunks) => chunks[position] ?? "";
    const kinds = columnBy([...column.counts.keys()], kindOfChunk).counts;
    if (isClosed(column) && !kinds.has("number")) {
      keys.push({ of, size: column.counts.size, isWord: true });
    } else if (kinds.size > 1) {
      keys.push({ of: (row: Chunks) => kindOfChunk(of(row)), size: kinds.size, isWord: false });
    }
    if (keys.length === MOST_COLUMNS) break;
  }
  return keys;
}

/** The rows by connected component: values of the two keys that stand in one row are connected. */
function componentsOf<Row extends Chunks>(
  rows: readonly Row[],
  left: Key,
  right: Key,
): readonly (readonly Row[])[] {
  const parents = new Map<string, string>();
  const rootOf = (value: string) => {
    let root = value;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    return root;
  };
  for (const row of rows) {
    const [one, other] = [rootOf(`l${left.of(row)}`), rootOf(`r${right.of(row)}`)];
    if (one !== other) parents.set(one, other);
  }
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const root = rootOf(`l${left.of(row)}`);
    const group = groups.get(root);
    if (group) group.push(row);
    else groups.set(root, [row]);
  }
  return [...groups.values()];
}
