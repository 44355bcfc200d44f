import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runNode } from "./command.ts";
import type { Figure, Finding } from "./figure.ts";
import { installLlmDo } from "./installed-project.ts";
import { interleave, medianOf } from "./statistics.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { type TestCounts, writeBareTests, writeCases } from "./test-projects.ts";

const MANY: TestCounts = { fileCount: 20, testsPerFile: 50 };
const ONE: TestCounts = { fileCount: 1, testsPerFile: 1 };

const BARE = ["node_modules/vitest/vitest.mjs", "run"];
export const OURS = ["node_modules/llm-do/dist/bin/llm-do.js", "test"];

/** Runs of many files take seconds each. */
const ROUNDS_OF_MANY = 7;
const ROUNDS_OF_ONE = 11;

/** What cases take, against tests of vitest alone that do next to nothing. */
export const testing: Figure = {
  name: "testing",
  measure: async (say) => [...(await ofMany(say)), await ofOne(say)],
};

async function ofMany(say: (line: string) => void): Promise<readonly Finding[]> {
  const { bare, cases } = projects(MANY);
  const rounds = await interleave(
    { bareMs: () => took(BARE, bare), casesMs: () => took(OURS, cases) },
    { rounds: ROUNDS_OF_MANY, warmUps: 1 },
  );
  const memory = await interleave(
    { bareKib: () => peakKib(BARE, bare), casesKib: () => peakKib(OURS, cases) },
    { rounds: ROUNDS_OF_MANY, warmUps: 0 },
  );
  const seconds = (medianOf(rounds, ({ casesMs }) => casesMs) / 1000).toFixed(2);
  say(`1000 cases in 20 files take ${seconds} s`);
  const figure = "1000 cases in 20 files";
  return [
    {
      figure,
      measured: medianOf(rounds, ({ casesMs, bareMs }) => casesMs / bareMs),
      bound: 1.5,
      unit: "x vitest with 1000 tests in 20 files",
    },
    {
      figure: `memory of ${figure}`,
      measured: medianOf(memory, ({ casesKib, bareKib }) => casesKib / bareKib),
      bound: 1.5,
      unit: "x vitest with 1000 tests in 20 files",
    },
  ];
}

async function ofOne(say: (line: string) => void): Promise<Finding> {
  const { bare, cases } = projects(ONE);
  const rounds = await interleave(
    { bareMs: () => took(BARE, bare), casesMs: () => took(OURS, cases) },
    { rounds: ROUNDS_OF_ONE, warmUps: 1 },
  );
  say(`vitest with one test takes ${medianOf(rounds, ({ bareMs }) => bareMs).toFixed(0)} ms`);
  return {
    figure: "one case",
    measured: medianOf(rounds, ({ casesMs, bareMs }) => casesMs / bareMs),
    bound: 1.3,
    unit: "x vitest with one test",
  };
}

/** Folders with as many tests and cases, recorded. */
function projects(counts: TestCounts): { readonly bare: string; readonly cases: string } {
  const [bare, cases] = [temporaryFolder(), temporaryFolder()];
  for (const folder of [bare, cases]) installLlmDo(folder);
  writeBareTests(bare, counts);
  writeCases(cases, counts);
  runNode([...OURS, "--mode", "record"], cases);
  return { bare, cases };
}

function took(args: readonly string[], folder: string): number {
  return runNode(args, folder).tookMs;
}

/** The most memory that a run held: its main process and the largest of those that run tests. */
export function peakKib(args: readonly string[], folder: string): number {
  const told = mkdtempSync(join(folder, "memory-"));
  const env = {
    BENCH_MEMORY_FOLDER: told,
    NODE_OPTIONS: `--import ${ROOT}bench/tell-memory-of-all.js`,
  };
  runNode(args, folder, env);
  const peaks = readdirSync(told).map((name) => Number(readFileSync(join(told, name), "utf8")));
  const [largest, second] = peaks.toSorted((left, right) => right - left);
  if (largest === undefined || second === undefined) throw new Error("no process ran tests");
  return largest + second;
}
