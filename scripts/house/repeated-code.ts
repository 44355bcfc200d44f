import type { SourceFile, TopLevelFunction } from "./source-file.ts";

/** Bodies shorter than this say too little to be a copy of each other. */
const LEAST_CHARACTERS = 40;

/** Each looks for the mark of one class of objects; the marks differ, the bodies need not. */
const BRAND_CHECKS = ["isDomain", "isHardened", "isTool", "isToolset"];

/** A top-level function with the file that declares it. */
export interface PlacedFunction extends TopLevelFunction {
  readonly path: string;
}

export function topLevelFunctions(files: readonly SourceFile[]): readonly PlacedFunction[] {
  return files.flatMap(({ path, functions }) => functions.map((one) => ({ ...one, path })));
}

/** Groups of top-level functions whose bodies are equal, the largest group first. */
export function equalBodies(files: readonly SourceFile[]): readonly (readonly PlacedFunction[])[] {
  const bodies = topLevelFunctions(files).filter(
    ({ body, name }) => body.length >= LEAST_CHARACTERS && !BRAND_CHECKS.includes(name),
  );
  return [...Map.groupBy(bodies, ({ body }) => body).values()]
    .filter((group) => group.length > 1)
    .sort((one, other) => other.length - one.length);
}

/** A private name that stands for several different functions. */
export interface SharedName {
  readonly name: string;
  /** One group for each body. */
  readonly bodies: readonly (readonly PlacedFunction[])[];
}

/** Names of private top-level functions that have at least so many different bodies. */
export function namesWithBodies(
  files: readonly SourceFile[],
  least: number,
): readonly SharedName[] {
  const hidden = topLevelFunctions(files).filter(({ exported }) => !exported);
  return [...Map.groupBy(hidden, ({ name }) => name)]
    .map(([name, group]) => ({
      name,
      bodies: [...Map.groupBy(group, ({ body }) => body).values()],
    }))
    .filter(({ bodies }) => bodies.length >= least)
    .sort((one, other) => other.bodies.length - one.bodies.length);
}
