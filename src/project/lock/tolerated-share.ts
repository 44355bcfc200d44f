import { resolve } from "node:path";
import type { Certificate } from "../../certificate/certificate.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { toleratedShare } from "../../statistics/detector.ts";
import type { LockedFunction } from "./lock-file.ts";

/**
 * The share of disagreements that an alarm tolerates: what the certificate leaves open. A comparison
 * is with one answer of the prompt, so the certificate's bound for single answers counts as well; where
 * the certificate says that code is no worse, which claims no agreement, that bound alone. Undefined for
 * a shadow without a certificate: nothing is claimed that an alarm could watch.
 *
 * @throws LlmDoError as {@link readCertificate} does
 */
export function toleratedBy(
  { certificate: path, mode }: Pick<LockedFunction, "certificate" | "mode">,
  {
    folder,
    files,
    cwd,
  }: { readonly folder: string; readonly files: FileSystem; readonly cwd: string },
): number | undefined {
  let certificate: Certificate;
  try {
    certificate = readCertificate(resolve(folder, path), { files, cwd });
  } catch (error) {
    if (mode === "shadow" && isLlmDoError(error)) return undefined;
    throw error;
  }
  const claim = certificate.kind === "agreement" ? certificate.claim : 1;
  return toleratedShare({ claim, singleUpper: certificate.single.upper });
}
