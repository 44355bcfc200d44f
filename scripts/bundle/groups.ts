import { existsSync } from "node:fs";
import { join } from "node:path";

/** Uses of the package by name, each with what it loads. */
export type Ways = Readonly<Record<string, Way>>;

interface Way {
  /** The sources, relative to the repository, that it begins with. */
  readonly from: readonly string[];
  /** Lazy imports are followed, too. */
  readonly lazily?: true;
}

/** Sources that are needed together, and so become one file of the bundle. */
export interface BundleGroup {
  readonly name: string;
  /** The group takes what all of these ways reach and no earlier group has. */
  readonly of: readonly string[];
  /** The group takes modules of packages only, or all modules. */
  readonly only?: "packages";
}

/** A file of the bundle, as far as it matters here. */
interface BundledFile {
  readonly name: string;
  /** Absolute paths of the sources in it. */
  readonly moduleIds: readonly string[];
}

/** What a module imports; paths are absolute. */
export interface ModuleImports {
  readonly statically: readonly string[];
  readonly lazily: readonly string[];
}

/** Tells the name of a module's group; `undefined` where it belongs to none. */
export function groupFinder(
  { ways, groups }: { readonly ways: Ways; readonly groups: readonly BundleGroup[] },
  root: string,
  importsOf: (id: string) => ModuleImports,
): (id: string) => string | undefined {
  const reached = new Map(
    Object.entries(ways).map(([name, { from, lazily }]) => {
      const next = (id: string) => {
        const imports = importsOf(id);
        return lazily ? [...imports.statically, ...imports.lazily] : imports.statically;
      };
      return [
        name,
        reachedFrom(
          from.map((file) => join(root, file)),
          next,
        ),
      ];
    }),
  );
  const isOf = ({ of, only }: BundleGroup, id: string) =>
    (only === undefined || id.includes("/node_modules/")) &&
    of.every((way) => reached.get(way)?.has(id));
  return (id) => groups.find((group) => isOf(group, id))?.name;
}

/** These modules and all that they import, directly or not. */
function reachedFrom(
  ids: readonly string[],
  importsOf: (id: string) => readonly string[],
): ReadonlySet<string> {
  const reached = new Set(ids);
  for (const id of reached) for (const next of importsOf(id)) reached.add(next); // grows as it is walked
  return reached;
}

/**
 * What is wrong with the groups, a line each. A moved file would otherwise be bundled elsewhere
 * without a word, and the command would start slower.
 */
export function groupProblems(
  { ways, groups }: { readonly ways: Ways; readonly groups: readonly BundleGroup[] },
  bundle: readonly BundledFile[],
  root: string,
): readonly string[] {
  const gone = Object.entries(ways).flatMap(([way, { from }]) =>
    from
      .filter((file) => !existsSync(join(root, file)))
      .map((file) => `the bundle's way "${way}" starts at ${file}, which does not exist`),
  );
  const wrong = groups.flatMap(({ name, of }) => [
    ...of
      .filter((way) => ways[way] === undefined)
      .map((way) => `the bundle's group "${name}" is of the way "${way}", which there is not`),
    ...(bundle.some((file) => file.name === name && file.moduleIds.length > 0)
      ? []
      : [`the bundle's group "${name}" is empty`]),
  ]);
  return [...gone, ...wrong];
}
