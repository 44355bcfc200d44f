import { hash } from "node:crypto";
import type { ObservedCase } from "../cases/run/observed-case.ts";
import { inputMutations } from "./input-mutations.ts";
import type { Mutation } from "./mutation.ts";
import { resultMutations } from "./result-mutations.ts";
import { workerMutations } from "./worker-mutations.ts";

/** A mutation that a person can name. */
export interface IdentifiedMutation extends Mutation {
  /** Eight hexadecimal digits, the first a letter, so that no YAML reads them as a number. */
  readonly id: string;
}

/**
 * Everything about a case that is worth changing, one at a time: only what its run used. What no
 * model was asked and no code was given could not be noticed by anybody.
 *
 * The ids follow from the case's name and from what is changed and how. They stay when something
 * else of the project changes.
 */
export function mutationsOf(observed: ObservedCase): readonly IdentifiedMutation[] {
  const all = [
    ...inputMutations(observed),
    ...workerMutations(observed),
    ...resultMutations(observed),
  ];
  const counts = new Map<string, number>();
  return all.map((mutation) => {
    const count = (counts.get(mutation.key) ?? 0) + 1;
    counts.set(mutation.key, count);
    return { ...mutation, id: idOf([observed.one.name, mutation.key, count]) };
  });
}

const ID = /[a-f][0-9a-f]{7}/;

function idOf(parts: readonly (string | number)[]): string {
  const digits = hash("sha256", JSON.stringify(parts));
  return ID.exec(digits)?.[0] ?? `a${digits.slice(0, 7)}`;
}
