import { dirname, join, relative, resolve } from "node:path";
import type { Certified } from "../../certificate/certificate.ts";
import { ledgerTextProblem } from "../../certificate/check-ledger.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { LEDGER_FILE } from "../../certificate/split-ledger.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { codeReference } from "./code-reference.ts";
import { candidateHash, codeHash, promptHash } from "./fingerprints.ts";
import type { LockedFunction } from "./lock-file.ts";

/** Where the files of a locked function are. */
interface HashedFiles {
  /** Of the lock file, absolute. */
  readonly folder: string;
  readonly files: FileSystem;
  /** The worker in the tool's place; undefined where it is a tool. */
  readonly candidate?: WorkerFunction | undefined;
}

/** What a run can compare with a certificate, by the files as they are. */
export function codeHashes(
  { tool, domain }: Pick<LockedFunction, "tool" | "domain">,
  { folder, files, candidate }: HashedFiles,
): Partial<Record<Certified, string>> {
  const hashes: Partial<Record<Certified, string>> = {};
  if (candidate) hashes.tool = candidateHash(candidate, candidate.model);
  for (const [part, reference] of Object.entries(candidate ? { domain } : { tool, domain })) {
    if (reference === undefined) continue;
    const path = referencedFile(reference, folder);
    // What is not there has no hash, and fits nothing.
    if (files.stat(path)?.kind !== "file") continue;
    hashes[part as "tool" | "domain"] = codeHash(path, files, referencedFile(tool, folder)); // the keys of the literal above
  }
  return hashes;
}

/** The file of `FILE#EXPORT`, or of a path without an export: `templates.json`, a worker. */
function referencedFile(reference: string, folder: string): string {
  return reference.includes("#")
    ? codeReference(reference, folder).path
    : resolve(folder, reference);
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
 * certificate is not there, does not add up, was made for another prompt, tool or domain, or is not
 * borne out by the ledger beside it. Comparators and models do not change what code answers, and new
 * recordings do not change what was found; `llm-do monitor` looks at the first two.
 */
export function certificateProblem(
  locked: LockedFunction,
  worker: WorkerFunction,
  { cwd, ...hashed }: HashedFiles & { readonly cwd: string },
): string | undefined {
  const { folder, files, candidate } = hashed;
  const { reverted } = locked;
  if (reverted) return `its alarm was raised on ${reverted.at}: ${reverted.reason}`;
  // In a shadow the prompt answers: it makes the evidence that a certificate is made of.
  if (locked.mode === "shadow") return undefined;
  if (candidate && candidate.model === undefined) return modelless(candidate);
  const path = resolve(folder, locked.certificate);
  const shown = relative(cwd, path);
  const unusable = (reason: string) => `its certificate ${shown} cannot be used: ${reason}`;
  if (files.stat(path)?.kind !== "file") return unusable("there is no such certificate");
  try {
    const certificate = readCertificate(path, { files, cwd });
    const today = { prompt: promptHash(workerHead(worker)), ...codeHashes(locked, hashed) };
    const changed = changedSince(certificate.hashes, today, DECISIVE);
    if (changed.length > 0) {
      const words = changed.map((part) => (candidate && part === "tool" ? candidate.name : part));
      return `its certificate ${shown} was made for another ${words.join(" and another ")}`;
    }
    const ledger = join(dirname(path), LEDGER_FILE);
    if (files.stat(ledger)?.kind !== "file")
      return unusable(`there is no ${LEDGER_FILE} beside it`);
    const problem = ledgerTextProblem(files.readText(ledger), certificate);
    return problem === undefined ? undefined : unusable(problem);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return unusable(error.reason);
  }
}

/** A worker without a model of its own would answer by whatever model its caller has. */
export function modelless({ name }: WorkerFunction): string {
  return `${name} names no model, and what is certified is one model's answers`;
}
