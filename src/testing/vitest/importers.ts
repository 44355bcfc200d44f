import type { Vitest } from "vitest/node";

/** A file with all files that import it, directly or not, in any project. */
export function withImporters(path: string, { projects }: Vitest): ReadonlySet<string> {
  const found = new Set<string>([path]);
  for (const { vite } of projects) {
    for (const { moduleGraph } of Object.values(vite.environments)) {
      // The set grows while it is walked.
      for (const file of found) {
        for (const module of moduleGraph.getModulesByFile(file) ?? []) {
          for (const importer of module.importers) if (importer.file) found.add(importer.file);
        }
      }
    }
  }
  return found;
}
