import { resolve } from "node:path";
import { toleratedBy } from "../../certificate/certificate.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { LockedFunction } from "./lock-file.ts";

/**
 * The share of disagreements that the alarm of a function tolerates, by its certificate. Undefined for a
 * shadow without one: nothing is claimed that an alarm could watch.
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
): number | undefined {
  try {
    return toleratedBy(readCertificate(resolve(folder, path), { files, cwd }));
  } catch (error) {
    if (mode === "shadow" && isLlmDoError(error)) return undefined;
    throw error;
  }
}
