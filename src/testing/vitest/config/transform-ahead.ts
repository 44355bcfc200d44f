import type { Reporter, TestSpecification } from "vitest/node";
import { CASES_ENDING } from "../../cases/file/case-name.ts";

/**
 * Transforms the first file of cases while the process that asks for it starts: this one has nothing
 * else to do then, and the first file takes it several times what later ones do.
 */
export class TransformAhead implements Reporter {
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    const first = specifications.find(({ moduleId }) => moduleId.endsWith(CASES_ENDING));
    if (!first) return;
    const { vite } = first.project;
    const url = urlOf(first.moduleId, vite.config.root);
    if (url === undefined) return;
    // Later than the start of that process. What is wrong with the file is told when it is asked for.
    setImmediate(() => vite.environments.ssr.transformRequest(url).catch(() => undefined));
  }
}

/** The address that the runner asks for a file by; undefined for one elsewhere than below the root. */
function urlOf(path: string, root: string): string | undefined {
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
