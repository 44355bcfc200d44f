import { relative, resolve } from "node:path";
import type { Certified } from "../../certificate/certificate.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { codeReference } from "./code-reference.ts";
import { codeHash, promptHash } from "./fingerprints.ts";
import type { LockedFunction } from "./lock-file.ts";

/** What a run can compare with a certificate, by the files as they are. */
export function codeHashes(
  { tool, domain }: Pick<LockedFunction, "tool" | "domain">,
  folder: string,
  files: FileSystem,
): Partial<Record<Certified, string>> {
  const hashes: Partial<Record<Certified, string>> = {};
  for (const [part, reference] of Object.entries({ tool, domain })) {
    const path = reference === undefined ? undefined : codeReference(reference, folder).path;
    // What is not there has no hash, and fits nothing.
    if (path === undefined || files.stat(path)?.kind !== "file") continue;
    hashes[part as "tool" | "domain"] = codeHash(path, files); // the keys of the literal above
  }
  return hashes;
}

/** Which parts of a certificate are not today's. */
export function changedSince(
  certified: Readonly<Partial<Record<Certified, string>>>,
  today: Readonly<Partial<Record<Certified, string>>>,
  parts: readonly Certified[],
): readonly Certified[] {
  return parts.filter((part) => certified[part] !== today[part]);
}

/** What decides what code answers, and whether it is still the answer of this prompt. */
const DECISIVE: readonly Certified[] = ["prompt", "tool", "domain"];

/**
 * Why a function's code may not answer: its alarm was raised and nobody has taken that back, or its
 * certificate is not there, supports nothing, or was made for another prompt, tool or domain. Comparators, models and recordings do not change what code
 * answers; `llm-do guard` looks at them.
 */
export function certificateProblem(
  locked: LockedFunction,
  worker: WorkerFunction,
  {
    folder,
    files,
    cwd,
  }: { readonly folder: string; readonly files: FileSystem; readonly cwd: string },
): string | undefined {
  const { reverted } = locked;
  if (reverted) return `its alarm was raised on ${reverted.at}: ${reverted.reason}`;
  const path = resolve(folder, locked.certificate);
  const shown = relative(cwd, path);
  if (files.stat(path)?.kind !== "file") {
    return `its certificate ${shown} cannot be used: there is no such certificate`;
  }
  try {
    const { hashes, exitCode } = readCertificate(path, { files, cwd });
    if (exitCode !== 0) return `its certificate ${shown} supports no claim`;
    const today = { prompt: promptHash(workerHead(worker)), ...codeHashes(locked, folder, files) };
    const changed = changedSince(hashes, today, DECISIVE);
    if (changed.length === 0) return undefined;
    return `its certificate ${shown} was made for another ${changed.join(" and another ")}`;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return `its certificate ${shown} cannot be used: ${error.reason}`;
  }
}
