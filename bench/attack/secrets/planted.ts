/** What the tool of the attacked project does at its next call. */
export interface PlantedAct {
  readonly error?: unknown;
  readonly result?: unknown;
}

const KEY = Symbol.for("llm-do.attack.planted");

/** Kept for the whole process: a code file is loaded as a module of its own. */
export function plant(act: PlantedAct): void {
  Reflect.set(globalThis, KEY, act);
}

export function planted(): PlantedAct {
  return (Reflect.get(globalThis, KEY) as PlantedAct | undefined) ?? {}; // set above
}
