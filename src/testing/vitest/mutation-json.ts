import { relative } from "node:path";
import type { Vitest } from "vitest/node";
import type { MutatedCase, MutationReport } from "./variation-report.ts";

/** The mutations of a run, as `llm-do test --mutate --json` writes them. */
export interface MutationsJson {
  /** Of this format. */
  readonly version: 1;
  /** By file and place. */
  readonly cases: readonly CaseMutations[];
}

interface CaseMutations {
  /** Relative to the folder that the command was started in. */
  readonly file: string;
  readonly case: string;
  /** `FILE:LINE:COLUMN` */
  readonly place: string;
  /** Why it was not mutated. */
  readonly skipped?: string;
  /** In the order in which they are made. */
  readonly mutations: readonly MutationReport[];
}

/** The same text for the same project and recordings: without times, in an order of its own. */
export function mutationsJson(state: Vitest["state"], cwd: string): string {
  const cases = state.getTestModules().flatMap((module) => {
    const file = relative(cwd, module.moduleId);
    const found = new Map<
      string,
      { about: MutatedCase; skipped?: string; mutations: MutationReport[] }
    >();
    for (const test of module.children.allTests()) {
      const { llmDoMutated: about, llmDoMutation: mutation, llmDoSkipped: skipped } = test.meta();
      if (!about) continue;
      const one = found.get(about.case) ?? { about, mutations: [] };
      if (mutation) one.mutations.push(mutation);
      found.set(about.case, skipped === undefined ? one : { ...one, skipped });
    }
    return [...found.values()].map(({ about, ...rest }): CaseMutations => {
      const place = about.place.replace(module.moduleId, file);
      return { file, case: about.case, place, ...rest };
    });
  });
  cases.sort((left, right) => (left.file < right.file ? -1 : left.file > right.file ? 1 : 0));
  const json: MutationsJson = { version: 1, cases };
  return `${JSON.stringify(json, null, 2)}\n`;
}
