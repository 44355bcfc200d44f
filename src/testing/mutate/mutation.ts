import type { Json } from "../../model/json.ts";
import type { Project } from "../../project/project.ts";
import type { AroundCall } from "../../runtime/state/run-state.ts";
import type { VariedRun } from "../cases/run/case-variation.ts";

/** One thing about a case that is changed, to see whether anybody notices. */
export interface Mutation {
  /** What is changed, unique in its case: `the instructions of main`. */
  readonly name: string;
  /**
   * What its id is made of, beside the case: what is changed and how, by the nearest characters. The
   * same as long as these are, whatever else changes.
   */
  readonly key: string;
  /** The call whose result is changed, where that is what is changed. */
  readonly callId?: string;
  /** Makes the change anew: a run of the case with it, and what it turned out to be. */
  begin(): BegunMutation;
}

interface BegunMutation {
  readonly project?: (project: Project) => Project;
  readonly call?: (run: VariedRun) => AroundCall;
  /** The input of the case, where that is what is changed. */
  readonly input?: Json;
  /** What was changed into what; undefined when the run did not come to it. */
  changed(): Change | undefined;
}

/** Texts for a person to compare. */
export interface Change {
  readonly before: string;
  readonly after: string;
}

/** Characters on each side of a change that tell it from others. */
const CONTEXT_CHARACTERS = 12;

/** What is changed into what, with what stands next to it: for {@link Mutation.key}. */
export function changeKey(what: string, { before, after }: Change): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const around = (text: string) => text.slice(start, text.length - end);
  const left = before.slice(Math.max(0, start - CONTEXT_CHARACTERS), start);
  const right = before.slice(before.length - end).slice(0, CONTEXT_CHARACTERS);
  return JSON.stringify([what, left, around(before), around(after), right]);
}
