import { dirname, extname, resolve } from "node:path";
import type { Host } from "../../host/host.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import { exportSource } from "../export-place.ts";
import { type FoundExports, findExports, NO_EXPORTS } from "../found-exports.ts";
import { loadCodeFile } from "../load-code-file.ts";
import { loadAlternatives } from "../lock/load-alternatives.ts";
import { checkFile, WORKER_EXTENSION } from "../project-files.ts";
import type { Findings } from "./findings.ts";
import type { OpenedParts } from "./link-what-links.ts";

export interface PartsSource {
  readonly files: readonly string[];
  readonly entry: string | undefined;
}

/** Loads every file by itself, so that one that is wrong hides nothing of the others. */
export async function openParts(
  { files, entry }: PartsSource,
  host: Host,
  findings: Findings,
): Promise<OpenedParts> {
  const workers: WorkerDefinition[] = [];
  let found: FoundExports = NO_EXPORTS;
  const broken = new Map<string, string>();
  const seen = new Set<string>();
  for (const file of files) {
    let text = "";
    try {
      const path = checkFile(file, host);
      if (seen.has(path)) continue;
      seen.add(path);
      text = host.files.readText(path);
      if (extname(path) === WORKER_EXTENSION) workers.push(parseWorker(text, file));
      else found = findExports(await loadCodeFile(path, host), exportSource(path, host), found);
    } catch (error) {
      broken.set(file, text);
      findings.addUnreadable(error, file);
    }
  }
  const first = files[0] ?? ".";
  const folder = dirname(resolve(host.cwd, first));
  const parts = { workers, found, folder, cwd: host.cwd, entry };
  try {
    return { parts: { ...parts, ...(await loadAlternatives(parts, host)) }, first, broken };
  } catch (error) {
    findings.addError(error, { file: first });
    return { parts, first, broken };
  }
}
