import { diffArrays } from "diff";
import type { SideCall } from "./case-side.ts";

/** One difference between the calls of two runs. */
export type CallChange =
  | { readonly kind: "added" | "removed"; readonly function: string; readonly input: string }
  | {
      readonly kind: "changed";
      readonly function: string;
      readonly before: string;
      readonly after: string;
    }
  /** Of a case with samples: how often a function is called in one run, on average. */
  | {
      readonly kind: "rate";
      readonly function: string;
      readonly before: number;
      readonly after: number;
    };

type Runs = readonly (readonly SideCall[])[];

/** What is called otherwise: call by call where each side ran once, else by how often. */
export function callChanges(before: Runs, after: Runs): readonly CallChange[] {
  const [left, ...lefts] = before;
  const [right, ...rights] = after;
  if (!(left && right)) return [];
  return lefts.length + rights.length === 0 ? listChanges(left, right) : rateChanges(before, after);
}

function listChanges(
  before: readonly SideCall[],
  after: readonly SideCall[],
): readonly CallChange[] {
  const parts = diffArrays([...before], [...after], { comparator: isSameCall });
  const removed = parts.flatMap((part) => (part.removed ? part.value : []));
  const changes: CallChange[] = [];
  for (const { added, removed: isRemoved, value } of parts) {
    if (isRemoved) continue;
    if (!added) continue;
    for (const call of value) {
      // One that went and one that came are one call with another input.
      const at = removed.findIndex((other) => other.function === call.function);
      const [other] = at < 0 ? [] : removed.splice(at, 1);
      const { function: name, input } = call;
      if (!other) changes.push({ kind: "added", function: name, input });
      else if (other.key !== call.key) {
        changes.push({ kind: "changed", function: name, before: other.input, after: input });
      }
    }
  }
  const gone = removed.map(({ function: name, input }) => ({
    kind: "removed" as const,
    function: name,
    input,
  }));
  return [...gone, ...changes];
}

function isSameCall(left: SideCall, right: SideCall): boolean {
  return left.function === right.function && left.key === right.key;
}

function rateChanges(before: Runs, after: Runs): readonly CallChange[] {
  const [lefts, rights] = [ratesIn(before), ratesIn(after)];
  const names = new Set([...lefts.keys(), ...rights.keys()]);
  return [...names].flatMap((name): readonly CallChange[] => {
    const [left, right] = [lefts.get(name) ?? 0, rights.get(name) ?? 0];
    return left === right ? [] : [{ kind: "rate", function: name, before: left, after: right }];
  });
}

function ratesIn(runs: Runs): ReadonlyMap<string, number> {
  const rates = new Map<string, number>();
  for (const { function: name } of runs.flat()) {
    rates.set(name, (rates.get(name) ?? 0) + 1 / runs.length);
  }
  // What adds up to the same count must be the same number.
  return new Map([...rates].map(([name, rate]) => [name, Math.round(rate * 1e6) / 1e6]));
}
