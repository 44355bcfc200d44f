import type { Vitest } from "vitest/node";
import type { FaultReport, MutationReport } from "./variation-report.ts";

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
      if (llmDoSkipped) skipped++;
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
  const count = (kind: MutationReport) => mutations.filter((one) => one === kind).length;
  const [misses, expectations, survived] = [count("miss"), count("expectation"), count("survived")];
  const killed = `${misses + expectations} killed (${misses} by a miss, ${expectations} by an expectation)`;
  return `mutations: ${killed}, ${survived} survived`;
}

function faultLines(reports: readonly (FaultReport & { readonly ok: boolean })[]) {
  const [first] = reports;
  if (!first) return [];
  const runs = reports.reduce((total, report) => total + report.runs, 0);
  const failed = reports.filter(({ ok }) => !ok).length;
  const cases = counted(reports.length, "case", "cases");
  const total = counted(runs, "run", "runs");
  return [`faults: ${cases}, ${total}, seed ${first.seed}, ${failed} failed`];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
