import { basename, dirname, extname, join } from "node:path";
import { type Domain, isDomain } from "../../functions/domain.ts";
import type { Host } from "../../host/host.ts";
import { loadCodeFile } from "../../project/load/load-code-file.ts";
import { shown } from "../../project/project-paths.ts";

/** The guard of a tool, from the file beside it. */
export interface FoundDomain {
  /** `file.domain.ts#export`. */
  readonly reference: string;
  /** Absolute. */
  readonly path: string;
  readonly domain: Domain;
}

const ENDINGS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

/**
 * The domain in `NAME.domain.ts` beside a tool, where NAME is the worker's or that of the tool's file:
 * the first export that `domain` made. Undefined where there is none.
 *
 * @param toolPath absolute
 * @throws LlmDoError `code` when the file does not load
 */
export async function findDomain(
  worker: string,
  toolPath: string,
  host: Host,
): Promise<FoundDomain | undefined> {
  const stem = basename(toolPath, extname(toolPath));
  for (const name of new Set([worker, stem])) {
    for (const ending of ENDINGS) {
      const path = join(dirname(toolPath), `${name}.domain${ending}`);
      if (host.files.stat(path)?.kind !== "file") continue;
      for (const [exported, value] of Object.entries(await loadCodeFile(path, host))) {
        if (isDomain(value)) {
          return { reference: `${shown(path, host)}#${exported}`, path, domain: value };
        }
      }
    }
  }
  return undefined;
}
