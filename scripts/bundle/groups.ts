import { existsSync } from "node:fs";
import { join } from "node:path";

/** Sources that are needed together, and so become one file of the bundle. */
export interface BundleGroup {
  readonly name: string;
  /** Relative to the repository. What they import comes with them. */
  readonly files: readonly string[];
}

/** A file of the bundle, as far as it matters here. */
export interface BundledFile {
  readonly name: string;
  /** Absolute paths of the sources in it. */
  readonly moduleIds: readonly string[];
}

/** Tells for an absolute path whether the group names it. */
export function isIn(group: BundleGroup, root: string): (id: string) => boolean {
  const ids = new Set(group.files.map((file) => join(root, file)));
  return (id) => ids.has(id);
}

/**
 * What has fallen out of its group, a line each. A moved file would otherwise be bundled elsewhere
 * without a word, and the command would start slower.
 */
export function groupProblems(
  groups: readonly BundleGroup[],
  bundle: readonly BundledFile[],
  root: string,
): readonly string[] {
  return groups.flatMap(({ name, files }) => {
    if (files.length === 0) return [`the bundle's group "${name}" names no file`];
    const own = bundle.filter((file) => file.name === name);
    const modules = new Set(own.flatMap(({ moduleIds }) => moduleIds));
    return files.flatMap((file) => {
      const says = `the bundle's group "${name}" names ${file}, which`;
      if (!existsSync(join(root, file))) return [`${says} does not exist`];
      return modules.has(join(root, file)) ? [] : [`${says} is not in its file of the bundle`];
    });
  });
}
