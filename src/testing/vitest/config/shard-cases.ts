import type { RunnerTask } from "vitest";
import type { Reporter, TestSpecification, Vitest } from "vitest/node";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import { nodeHost } from "../../../host/node-host.ts";
import { CASES_ENDING } from "../../cases/file/case-name.ts";
import type { CaseRange } from "../../cases/file/test-case.ts";
import { claimsOf } from "./run-claims.ts";

/**
 * Makes `--shard` divide cases and not files of cases; test files are divided as the runner does it.
 * A shard that is left without anything to run is no mistake.
 */
export function shardByCase(vitest: Vitest): void {
  const { config } = vitest;
  if (!config.shard) return;
  const shard: Shard = config.shard;
  const { passWithNoTests } = config;
  config.passWithNoTests = true;
  const Base = config.sequence.sequencer;
  config.sequence.sequencer = class extends Base {
    constructor(ctx: Vitest) {
      super(ctx);
      const divided = this.shard.bind(this);
      this.shard = async (specifications) => {
        if (specifications.length === 0) config.passWithNoTests = passWithNoTests;
        const { cases = [], tests = [] } = Object.groupBy(specifications, groupOf);
        const ranges = casesOfShard(await countCases(cases), shard);
        claimsOf(vitest).ranges = ranges;
        const others = tests.length === 0 ? [] : await divided(tests);
        return [...cases.filter(({ moduleId }) => ranges.has(moduleId)), ...others];
      };
    }
  };
}

function groupOf({ moduleId }: TestSpecification): "cases" | "tests" {
  return moduleId.endsWith(CASES_ENDING) ? "cases" : "tests";
}

/** By their paths, since every machine finds files in another order. */
async function countCases(
  specifications: readonly TestSpecification[],
): Promise<readonly CountedFile[]> {
  const { parseCases } = await import("../../cases/file/parse-cases.ts"); // a run without shards needs none of it
  const { files } = nodeHost();
  const paths = new Set(specifications.map(({ moduleId }) => moduleId));
  return [...paths].sort().map((path) => {
    try {
      return { path, cases: parseCases(files.readText(path), path).cases.length };
    } catch (error) {
      if (isLlmDoError(error)) return { path, cases: 1 }; // running it says what is wrong with it
      throw error;
    }
  });
}

/** Which part of all tests is run, as in `--shard 1/3`. */
interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** A file of cases, with how many it holds. */
interface CountedFile {
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

/**
 * Lets `--merge-reports` keep all parts of a file whose cases were divided by `--shard`. The runner
 * takes files of equal ids for the same and keeps the last one, with its failures or without.
 */
export class ShardMerger implements Reporter {
  onInit({ state }: Vitest): void {
    const known = new Set<string>();
    for (const file of state.blobs?.files ?? []) {
      let part = 1;
      const { id } = file;
      while (known.has(partId(id, part))) part += 1;
      renameTask(file, id, partId(id, part));
      known.add(file.id);
    }
  }
}

function partId(id: string, part: number): string {
  return part === 1 ? id : `${id}-part${part}`;
}

/** Tasks of a file have ids that begin with that of the file. */
function renameTask(task: RunnerTask, from: string, to: string): void {
  if (from === to) return;
  task.id = task.id.replace(from, to);
  for (const log of task.logs ?? []) log.taskId = task.id;
  if ("tasks" in task) for (const child of task.tasks) renameTask(child, from, to);
}
