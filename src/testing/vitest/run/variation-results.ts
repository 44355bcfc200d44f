import { relative } from "node:path";
import type { Vitest } from "vitest/node";
import { counted } from "../../../words/counted.ts";
import type { FaultReport, MutatedCase, MutationReport } from "../test/variation-report.ts";

/** What mutations and faults came to, a line each; nothing where there were none. */
export function variationSummary(state: Vitest["state"]): readonly string[] {
  const mutations: MutationReport[] = [];
  const faults: (FaultReport & { readonly ok: boolean })[] = [];
  let skipped = 0;
  for (const module of state.getTestModules()) {
    for (const test of module.children.allTests()) {
      const { llmDoMutation, llmDoFaults, llmDoSkipped } = test.meta();
      if (llmDoMutation) mutations.push(llmDoMutation);
      if (llmDoFaults) faults.push({ ...llmDoFaults, ok: test.ok() });
      if (llmDoSkipped !== undefined) skipped++;
    }
  }
  return [
    ...(mutations.length === 0 ? [] : [mutationLine(mutations)]),
    ...faultLines(faults),
    ...(skipped === 0
      ? []
      : [`${counted(skipped, "case was", "cases were")} not varied: the skipped tests say why`]),
  ];
}

function mutationLine(mutations: readonly MutationReport[]): string {
  const killed = mutations.filter(({ outcome }) => outcome === "killed");
  const misses = killed.filter(({ by }) => by === "miss").length;
  const count = (...outcomes: readonly MutationReport["outcome"][]) =>
    mutations.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const accepted = count("accepted");
  const wrong = count("no-longer-survives", "unknown");
  return [
    `mutations: ${killed.length} killed (${misses} by a miss, ${killed.length - misses} by an expectation)`,
    `${count("survived")} survived`,
    ...(accepted === 0 ? [] : [`${accepted} accepted`]),
    ...(wrong === 0 ? [] : [`${wrong} accepted and no longer surviving`]),
  ].join(", ");
}

function faultLines(reports: readonly (FaultReport & { readonly ok: boolean })[]) {
  const [first] = reports;
  if (!first) return [];
  const runs = reports.reduce((total, report) => total + report.runs, 0);
  const failed = reports.filter(({ ok }) => !ok).length;
  const cases = counted(reports.length, "case");
  const total = counted(runs, "run");
  return [`faults: ${cases}, ${total}, seed ${first.seed}, ${failed} failed`];
}

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
