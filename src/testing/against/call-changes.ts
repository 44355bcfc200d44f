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

/** Calls that both have count in no order, as parallel calls have none. */
function listChanges(
  before: readonly SideCall[],
  after: readonly SideCall[],
): readonly CallChange[] {
  const removed = [...before];
  const came = after.filter((call) => !taken(removed, (other) => isSameCall(other, call)));
  const changes = came.map((call): CallChange => {
    const { function: name, input } = call;
    // One that went and one that came are one call with another input.
    const other = taken(removed, (one) => one.function === name);
    if (!other) return { kind: "added", function: name, input };
    return { kind: "changed", function: name, before: other.input, after: input };
  });
  const gone = removed.map(
    ({ function: name, input }): CallChange => ({ kind: "removed", function: name, input }),
  );
  return [...gone, ...changes];
}

/** Takes the first call that fits out of a list. */
function taken(calls: SideCall[], fits: (call: SideCall) => boolean): SideCall | undefined {
  const at = calls.findIndex(fits);
  return at < 0 ? undefined : calls.splice(at, 1)[0];
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
