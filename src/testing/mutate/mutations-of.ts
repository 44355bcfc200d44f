import type { ObservedCase } from "../cases/observe-case.ts";
import { inputMutations } from "./input-mutations.ts";
import type { Mutation } from "./mutation.ts";
import { resultMutations } from "./result-mutations.ts";
import { workerMutations } from "./worker-mutations.ts";

/**
 * Everything about a case that is worth changing, one at a time: only what its run used. What no
 * model was asked and no code was given could not be noticed by anybody.
 */
export function mutationsOf(observed: ObservedCase): readonly Mutation[] {
  return [...inputMutations(observed), ...workerMutations(observed), ...resultMutations(observed)];
}
