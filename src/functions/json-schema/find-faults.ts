import type { OutputUnit } from "@cfworker/json-schema";
import { isJsonObject, type Json } from "../../model/json.ts";
import { faultsOfAlternatives } from "./alternatives.ts";
import { type Fault, faultsOf, shownValue } from "./fault.ts";
import type { HeldDocument, HeldObject } from "./held-schema.ts";

const ALTERNATIVES: ReadonlySet<string> = new Set(["anyOf", "oneOf"]);

const HOLDS_SEVERAL: ReadonlySet<string> = new Set(
  "properties patternProperties dependentSchemas prefixItems allOf anyOf oneOf".split(" "),
);

/**
 * What is wrong with a value, one fault for each cause, from what the library says: it lists a
 * keyword that holds schemas before the faults in these, and places both by pointers.
 */
export function findFaults(
  value: Json,
  units: readonly OutputUnit[],
  document: HeldDocument,
): readonly Fault[] {
  const faults = new FaultFinder(value, document).find(units);
  // The objects and lists in which, or in whose parts, something is wrong for a reason of its own.
  const faulty = new Set<string>();
  for (const { path, mayFollow } of faults) {
    if (mayFollow) continue;
    for (let end = 0; end <= path.length; end++) faulty.add(JSON.stringify(path.slice(0, end)));
  }
  return faults.filter(
    ({ path, mayFollow }) => !mayFollow || !faulty.has(JSON.stringify(path.slice(0, -1))),
  );
}

class FaultFinder {
  readonly #value: Json;
  readonly #document: HeldDocument;

  constructor(value: Json, document: HeldDocument) {
    this.#value = value;
    this.#document = document;
  }

  /** The faults that units tell of, each once. */
  find(units: readonly OutputUnit[]): readonly Fault[] {
    const byLine = new Map<string, Fault>();
    for (const fault of this.#all(units)) {
      const line = JSON.stringify([fault.path, fault.text]);
      if (!byLine.has(line)) byLine.set(line, fault);
    }
    return [...byLine.values()];
  }

  #all(units: readonly OutputUnit[]): readonly Fault[] {
    const faults: Fault[] = [];
    for (let index = 0; index < units.length; index++) {
      const unit = units[index] as OutputUnit; // index is in bounds
      const steps = stepsOf(unit.keywordLocation);
      const path = stepsOf(unit.instanceLocation);
      // Which items do not fit is of no use where any item may.
      if (this.#schemaAt(steps).isContained) continue;
      if (unit.keyword === "propertyNames" || ALTERNATIVES.has(unit.keyword)) {
        const inner = innerUnits(units, index);
        index += inner.length;
        const found = ALTERNATIVES.has(unit.keyword)
          ? this.#ofAlternatives(inner, steps, path)
          : this.#ofName(inner);
        faults.push(...found);
        continue;
      }
      const { schema } = this.#schemaAt(steps);
      if (!schema) continue;
      const value = valueAt(this.#value, path);
      const mayFollow = steps.some((step) => step.startsWith("unevaluated"));
      const broken = { keyword: unit.keyword, schema, path, value };
      faults.push(
        ...faultsOf(broken).map((fault) => (mayFollow ? { ...fault, mayFollow } : fault)),
      );
    }
    return faults;
  }

  #ofAlternatives(
    inner: readonly OutputUnit[],
    steps: readonly string[],
    path: readonly string[],
  ): readonly Fault[] {
    const keyword = steps.at(-1) ?? "";
    const { schema } = this.#schemaAt(steps);
    const count = (schema?.[keyword] as readonly unknown[] | undefined)?.length ?? 0;
    const byBranch = new Map<string, OutputUnit[]>();
    for (const unit of inner) {
      const branch = stepsOf(unit.keywordLocation)[steps.length] ?? "";
      const known = byBranch.get(branch);
      if (known) known.push(unit);
      else byBranch.set(branch, [unit]);
    }
    const fitting = count - byBranch.size;
    if (fitting > 0) {
      return [{ path, text: `fits ${fitting} of the ${count} alternatives instead of one` }];
    }
    const branches = [...byBranch.values()].map((units) => this.find(units));
    return faultsOfAlternatives(branches, path, (at) => shownValue(valueAt(this.#value, at)));
  }

  /** The value that does not fit is the name; it stands at the end of the place. */
  #ofName(inner: readonly OutputUnit[]): readonly Fault[] {
    const path = stepsOf(inner[0]?.instanceLocation ?? "#");
    const name = path.at(-1) ?? "";
    const [first] = inner.flatMap((unit) => {
      const { schema } = this.#schemaAt(stepsOf(unit.keywordLocation));
      return schema ? faultsOf({ keyword: unit.keyword, schema, path, value: name }) : [];
    });
    return [{ path, text: `may not have this name${first ? `: ${first.text}` : ""}` }];
  }

  /** The schema whose keyword is at the end of the steps. */
  #schemaAt(steps: readonly string[]): {
    readonly schema: HeldObject | undefined;
    readonly isContained: boolean;
  } {
    let at: unknown = this.#document.root;
    let isKeyword = true;
    for (const step of steps.slice(0, -1)) {
      if (isKeyword && step === "contains") return { schema: undefined, isContained: true };
      const inner: unknown = Object.hasOwn(at as object, step) ? (at as HeldObject)[step] : {};
      at = isKeyword && step === "$ref" ? this.#document.targets[String(inner)] : inner;
      // Under these keywords the next step is a name or an index, not a keyword.
      isKeyword = !(isKeyword && HOLDS_SEVERAL.has(step));
      if (typeof at !== "object" || at === null) return { schema: undefined, isContained: false };
    }
    return { schema: at as HeldObject, isContained: false };
  }
}

/** The units that belong to the one at an index: they follow it, and are in it in both respects. */
function innerUnits(units: readonly OutputUnit[], index: number): readonly OutputUnit[] {
  const { keywordLocation, instanceLocation } = units[index] as OutputUnit; // index is in bounds
  let end = index + 1;
  for (; end < units.length; end++) {
    const unit = units[end] as OutputUnit; // end is in bounds
    if (!unit.keywordLocation.startsWith(`${keywordLocation}/`)) break;
    if (!`${unit.instanceLocation}/`.startsWith(`${instanceLocation}/`)) break;
  }
  return units.slice(index + 1, end);
}

/** `#/properties/a~1b` as its steps. */
function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(value: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}
