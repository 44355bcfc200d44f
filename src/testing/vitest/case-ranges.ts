import type { CaseRange } from "../cases/test-case.ts";

/** Which part of all tests is run, as in `--shard 1/3`. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** A file of cases, with how many it holds. */
export interface CountedFile {
  readonly path: string;
  readonly cases: number;
}

/**
 * The cases that a shard runs, by their files; files without any of them are left out. All shards
 * together run each case once, and none runs two more than another.
 *
 * @param files in an order that is the same in all shards
 */
export function casesOfShard(
  files: readonly CountedFile[],
  { index, count }: Shard,
): ReadonlyMap<string, CaseRange> {
  const total = files.reduce((sum, { cases }) => sum + cases, 0);
  const [first, end] = [index - 1, index].map((parts) => Math.floor((total * parts) / count));
  const ranges = new Map<string, CaseRange>();
  let before = 0;
  for (const { path, cases } of files) {
    const from = Math.max(0, (first ?? 0) - before);
    const to = Math.min(cases, (end ?? 0) - before);
    if (from < to) ranges.set(path, { from, to });
    before += cases;
  }
  return ranges;
}
