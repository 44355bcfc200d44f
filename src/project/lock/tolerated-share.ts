import { resolve } from "node:path";
import { readCertificate } from "../../certificate/read-certificate.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { toleratedShare } from "../../statistics/detector.ts";
import type { LockedFunction } from "./lock-file.ts";

/**
 * The share of disagreements that an alarm tolerates: what the certificate leaves open. A comparison
 * is with one answer of the prompt, so the certificate's bound for single answers counts as well.
 *
 * @throws LlmDoError as {@link readCertificate} does
 */
export function toleratedBy(
  { certificate }: Pick<LockedFunction, "certificate">,
  {
    folder,
    files,
    cwd,
  }: { readonly folder: string; readonly files: FileSystem; readonly cwd: string },
): number {
  const { agreement } = readCertificate(resolve(folder, certificate), { files, cwd });
  return toleratedShare({ claim: agreement.claim, singleUpper: 0 });
}
