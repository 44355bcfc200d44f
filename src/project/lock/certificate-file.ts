import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** What a certificate was made of; each a SHA-256 in hexadecimal. */
export const CERTIFIED = ["prompt", "model", "tool", "comparator", "domain", "recordings"] as const;

export type Certified = (typeof CERTIFIED)[number];

/** What a run has to know of a certificate to let code answer; the file says more. */
export interface CertificateFile {
  readonly hashes: Readonly<Partial<Record<Certified, string>>>;
  /** What the comparison ended with: 0 for a supported claim. */
  readonly exitCode: number;
}

const VERSION = 1;

/**
 * Reads a certificate.
 *
 * @param path absolute
 * @throws LlmDoError `configuration` when it is not there, or is none of this version
 */
export function readCertificate(path: string, files: FileSystem): CertificateFile {
  if (files.stat(path)?.kind !== "file") throw badCertificate(path, "there is no such certificate");
  let json: Json;
  try {
    json = JSON.parse(files.readText(path));
  } catch (cause) {
    throw badCertificate(path, `it is not JSON: ${messageOf(cause)}`, cause);
  }
  if (!isJsonObject(json)) throw badCertificate(path, "it is not a certificate");
  const { certificate, hashes, exitCode } = json;
  if (certificate !== VERSION) {
    throw badCertificate(path, `it is no certificate of version ${VERSION}`);
  }
  if (!isJsonObject(hashes) || typeof exitCode !== "number") {
    throw badCertificate(path, "it has no hashes or no exitCode");
  }
  return { hashes: hashesOf(hashes), exitCode };
}

function hashesOf(hashes: JsonObject): CertificateFile["hashes"] {
  const said = CERTIFIED.flatMap((what) => {
    const value = hashes[what];
    return typeof value === "string" ? [[what, value] as const] : [];
  });
  return Object.fromEntries(said);
}

function badCertificate(what: string, reason: string, cause?: unknown): LlmDoError {
  const tries = ["make one with llm-do compare"];
  return new LlmDoError({ code: "configuration", verb: "read", what, reason, tries, cause });
}
