import type { Json } from "../../model/json.ts";
import type { Project } from "../../project/project.ts";
import type { AroundCall } from "../../runtime/run-state.ts";
import type { VariedRun } from "../cases/case-variation.ts";

/** One thing about a case that is changed, to see whether anybody notices. */
export interface Mutation {
  /** What is changed, unique in its case: `the instructions of main`. */
  readonly name: string;
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

/** A value as a person compares it. */
export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
