import { isAbsolute, relative, sep } from "node:path";

/** The steps from a folder down to a path, both absolute; undefined when it lies elsewhere. */
export function stepsBelow(folder: string, path: string): readonly string[] | undefined {
  const steps = relative(folder, path);
  if (steps === "") return [];
  if (isAbsolute(steps) || steps === ".." || steps.startsWith(`..${sep}`)) return undefined;
  return steps.split(sep);
}
