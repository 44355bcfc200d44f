import { formatPlace } from "../../../errors/place.ts";
import { nearest } from "../../../words/nearest.ts";
import { observeCase } from "../../cases/run/observe-case.ts";
import type { ObservedCase } from "../../cases/run/observed-case.ts";
import type { CaseSettings } from "../../cases/run/run-case.ts";
import { type IdentifiedMutation, mutationsOf } from "../../mutate/mutations-of.ts";
import { runMutation, type Verdict } from "../../mutate/run-mutation.ts";
import { CaseFailed } from "../test/case-failed.ts";
import type { MutationReport } from "../test/variation-report.ts";
import type { VariedCase } from "./varied-case.ts";

/**
 * Makes a test of each mutation of a case, in a suite with the case's name. Which there are is
 * learnt by a run of the case, so that only what the run uses is changed.
 */
export async function registerMutations(varied: VariedCase): Promise<void> {
  const { one, settings, timeoutMs, runner } = varied;
  const observation = await observeCase(one, settings);
  const { describe, test } = runner;
  const about = { case: one.name, place: formatPlace(one.place) };
  describe(one.name, () => {
    if (observation.kind === "unfit") {
      test("is not mutated", ({ task, skip }) => {
        Object.assign(task.meta, { llmDoMutated: about, llmDoSkipped: observation.reason });
        skip(observation.reason);
      });
      return;
    }
    const { observed } = observation;
    const mutations = mutationsOf(observed);
    if (mutations.length === 0) test("has nothing to mutate", ({ skip }) => skip());
    for (const mutation of mutations) {
      test(`a change of ${mutation.name} is noticed`, { timeout: timeoutMs }, async ({ task }) => {
        task.meta.llmDoMutated = about;
        const { report, message } = await outcomeOf(mutation, observed, settings);
        task.meta.llmDoMutation = report;
        if (message !== undefined) throw new CaseFailed([{ kind: "survived", message }], one.place);
      });
    }
    const ids = mutations.map(({ id }) => id);
    for (const { id, reason } of one.acceptedMutations ?? []) {
      if (ids.includes(id)) continue;
      test(`the accepted mutation ${id} is one of the case's`, ({ task }) => {
        task.meta.llmDoMutated = about;
        task.meta.llmDoMutation = { id, name: "", outcome: "unknown", reason };
        const message = unknownMutation(id, ids);
        throw new CaseFailed([{ kind: "survived", message }], one.place);
      });
    }
  });
}

interface Outcome {
  readonly report: MutationReport;
  /** What is wrong with it, for a person; undefined where all is well. */
  readonly message: string | undefined;
}

async function outcomeOf(
  mutation: IdentifiedMutation,
  observed: ObservedCase,
  settings: CaseSettings,
): Promise<Outcome> {
  const verdict = await runMutation(mutation, observed, settings);
  const { id, name } = mutation;
  const { change } = verdict;
  const accepted = observed.one.acceptedMutations?.find((one) => one.id === id);
  const report: MutationReport = {
    id,
    name,
    outcome: verdict.kind,
    ...(verdict.kind === "killed" ? { by: verdict.by } : {}),
    ...(accepted ? { reason: accepted.reason } : {}),
    ...(change ? { change } : {}),
  };
  if (accepted) {
    const outcome = verdict.kind === "killed" ? "no-longer-survives" : "accepted";
    return { report: { ...report, outcome }, message: wronglyAccepted(mutation, verdict) };
  }
  if (verdict.kind === "killed") return { report, message: undefined };
  return { report, message: survivingText(verdict.message, id) };
}

/** What a person is told of a mutation that survives and that the case does not accept. */
function survivingText(message: string, id: string): string {
  return [
    message,
    `Try: or accept it in the case: mutations: { accept: [{ id: ${id}, reason: "..." }] }`,
  ].join("\n");
}

/**
 * What is wrong with accepting a mutation; undefined where it survives, as the case says. What is
 * noticed needs no excuse, and one that stays would cover for the next change.
 */
function wronglyAccepted({ id, name }: IdentifiedMutation, verdict: Verdict): string | undefined {
  if (verdict.kind === "survived") return undefined;
  return [
    `the accepted mutation ${id} no longer survives: a change of ${name} is noticed by ${NOTICED[verdict.by]}`,
    `Try: remove ${id} from mutations: accept`,
  ].join("\n");
}

const NOTICED = { miss: "a miss", expectation: "an expectation" } as const;

/** What a person is told of an accepted id that no mutation of the case has. */
function unknownMutation(id: string, ids: readonly string[]): string {
  const near = nearest(id, ids);
  return [
    `the accepted mutation ${id} no longer survives: the case has no such mutation`,
    near === undefined ? `Try: remove ${id} from mutations: accept` : `Try: write ${near}`,
  ].join("\n");
}
