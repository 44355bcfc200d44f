import type { TestSpecification, Vitest } from "vitest/node";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeHost } from "../../host/node-host.ts";
import { CASES_ENDING } from "../cases/case-name.ts";
import { type CountedFile, casesOfShard, type Shard } from "./case-ranges.ts";
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
  const { parseCases } = await import("../cases/parse-cases.ts"); // a run without shards needs none of it
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
