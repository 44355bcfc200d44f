import { resolve } from "node:path";
import { readCertificate } from "../../certificate/read-certificate.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { toleratedShare } from "../../statistics/detector.ts";
import type { LockedFunction } from "./lock-file.ts";

/**
 * The share of disagreements that an alarm tolerates: what the certificate leaves open. A comparison
 * is with one answer of the prompt, so the certificate's bound for single answers counts as well; where
 * the certificate says that code is no worse, which claims no agreement, that bound alone.
 *
 * @throws LlmDoError as {@link readCertificate} does
 */
export function toleratedBy(
  { certificate: path }: Pick<LockedFunction, "certificate">,
  {
    folder,
    files,
    cwd,
  }: { readonly folder: string; readonly files: FileSystem; readonly cwd: string },
): number {
  const certificate = readCertificate(resolve(folder, path), { files, cwd });
  const claim = certificate.kind === "agreement" ? certificate.claim : 1;
  return toleratedShare({ claim, singleUpper: certificate.single.upper });
}
