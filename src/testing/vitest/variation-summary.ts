import type { Vitest } from "vitest/node";
import { counted } from "../../words/counted.ts";
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
