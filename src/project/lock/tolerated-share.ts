import { resolve } from "node:path";
import { toleratedBy } from "../../certificate/certificate.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { UNCERTIFIED_TOLERATED } from "../../statistics/detector.ts";
import type { LockedFunction } from "./lock-file.ts";

/**
 * The share of disagreements that the alarm of a function tolerates, by its certificate. A shadow may do
 * without one.
 *
 * @throws LlmDoError as {@link readCertificate} does
 */
export function toleratedShareOf(
  { certificate: path, mode }: Pick<LockedFunction, "certificate" | "mode">,
  {
    folder,
    files,
    cwd,
  }: { readonly folder: string; readonly files: FileSystem; readonly cwd: string },
): number {
  try {
    return toleratedBy(readCertificate(resolve(folder, path), { files, cwd }));
  } catch (error) {
    if (mode === "shadow" && isLlmDoError(error)) return UNCERTIFIED_TOLERATED;
    throw error;
  }
}
