import { dirname, join, relative, resolve } from "node:path";
import { CERTIFICATE_FILE, type Certificate } from "../../certificate/certificate.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { AnswerMode } from "../../functions/answer-mode.ts";
import type { Host } from "../../host/host.ts";
import { codeReference } from "../../project/lock/code-reference.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import {
  type FoundLock,
  findLock,
  lockedFunction,
  lockPath,
} from "../../project/lock/lock-store.ts";
import { isWorkerFile, WORKER_EXTENSION } from "../../project/project-files.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import { type Comparator, describeComparator } from "../agree/comparator.ts";
import { parseComparator } from "../agree/declared-comparator.ts";
import { readComparator } from "../agree/read-comparator.ts";
import { declaredDomain } from "../compare/run/find-guard.ts";
import { type LockedPair, lockedPair } from "./locked-pair.ts";

/** What is asked of a promotion; paths are relative to the current folder. */
export interface PromoteRequest {
  readonly worker: string;
  readonly mode: AnswerMode;
  /** Default: what the lock file says, else the certificate. */
  readonly tool?: string | undefined;
  /** Default: what the lock file says, else `hardening/NAME/certificate.json` beside the worker. */
  readonly certificate?: string | undefined;
  /** Default: `hardening/NAME/comparator.yaml` beside the worker, else what the lock file says. */
  readonly comparator?: string | undefined;
  /** Of the calls that a canary gives to code. Default: what the lock file says. */
  readonly share?: number | undefined;
  /** Of code's answers that the prompt checks. Default: what the lock file says. */
  readonly check?: number | undefined;
  /** Comparisons between false alarms, on average. Default: what the lock file says. */
  readonly falseAlarmEvery?: number | undefined;
  /** Further files of the project. Default: what the lock file says. */
  readonly with?: readonly string[] | undefined;
  /** Default: the folders where recordings are kept. */
  readonly recordings?: readonly string[] | undefined;
  /** For a worker that names none. */
  readonly model?: string | undefined;
}

/** A function of which somebody wants to know whether code may answer. */
export interface PromoteSubject {
  readonly lock: FoundLock;
  /** Absolute path of the worker's file. */
  readonly workerPath: string;
  /** What the lock file says so far. */
  readonly locked: LockedFunction | undefined;
}

/** What a promotion would write, and what has to be true before. */
export interface PromotePlan extends LockedPair {
  readonly entry: LockedFunction;
  /** Undefined for a shadow without one. */
  readonly certificate: Certificate | undefined;
  readonly comparator: Comparator;
}

/** @throws LlmDoError `usage` when it is not a worker's file; `configuration` for a wrong lock file */
export function promoteSubject(worker: string, host: Host): PromoteSubject {
  const workerPath = resolve(host.cwd, worker);
  if (!worker.endsWith(WORKER_EXTENSION)) {
    throw new LlmDoError({
      code: "usage",
      verb: "promote",
      what: worker,
      reason: "it is not the file of a worker",
      tries: ["name the prompt's file, as in from_name.worker, and the code with --tool"],
    });
  }
  const lock = findLock(dirname(workerPath), host);
  return { lock, workerPath, locked: lockedFunction(lock, workerPath) };
}

/**
 * Finds all that a promotion is about, from the request, the lock file and the certificate, in this
 * order.
 *
 * @throws LlmDoError `file`, `worker`, `project` or `configuration` for what is missing or wrong
 */
export async function planPromotion(
  request: PromoteRequest,
  subject: PromoteSubject,
  host: Host,
): Promise<PromotePlan> {
  const { lock, workerPath, locked } = subject;
  const { files, cwd } = host;
  if (files.stat(workerPath)?.kind !== "file") throw noWorker(request.worker);
  const { name } = parseWorker(files.readText(workerPath), request.worker);
  const beside = join(dirname(workerPath), "hardening", name);
  const certificatePath = certificatePathOf(request, { beside, subject }, host);
  const known = locked && relative(cwd, `${dirname(lock.path)}/${locked.tool}`);
  const named = { tool: request.tool ?? known, host };
  const certificate = certificateAt(certificatePath, request, named);
  const folders = [cwd, dirname(workerPath), dirname(lock.path)];
  const inLock = (reference: string) => relocated(reference, folders, { lock, host });
  const asked = request.tool ?? locked?.tool ?? certificate?.tool;
  if (asked === undefined) throw noTool(request.worker);
  if (!asked.includes("#") && !asked.endsWith(WORKER_EXTENSION)) throw toolUnnamed(asked, name);
  const tool = request.tool === undefined && locked ? locked.tool : inLock(asked);
  const comparator = comparatorOf(request, { beside, locked }, host);
  const guard = { worker: name, toolPath: codeReference(tool, dirname(lock.path)).path, beside };
  const domain = certificate ? certificate.domain : await guardBeside(guard, host);
  const entry: LockedFunction = {
    worker: lockPath(lock, workerPath),
    name,
    mode: request.mode,
    tool,
    domain: domain === undefined ? undefined : inLock(domain),
    certificate: lockPath(lock, certificatePath),
    with: request.with?.map((file) => lockPath(lock, resolve(cwd, file))) ?? locked?.with,
    share: request.share ?? locked?.share,
    check: request.check ?? locked?.check,
    comparator: describeComparator(comparator),
    falseAlarmEvery: request.falseAlarmEvery ?? locked?.falseAlarmEvery,
  };
  return { entry, certificate, comparator, ...(await lockedPair(entry, lock, host)) };
}

function certificatePathOf(
  { certificate }: PromoteRequest,
  { beside, subject }: { readonly beside: string; readonly subject: PromoteSubject },
  { cwd }: Host,
): string {
  if (certificate !== undefined) return resolve(cwd, certificate);
  const { locked, lock } = subject;
  return locked ? resolve(dirname(lock.path), locked.certificate) : join(beside, CERTIFICATE_FILE);
}

interface Unguarded {
  readonly worker: string;
  /** Absolute. */
  readonly toolPath: string;
  /** The folder of the worker's reports, absolute. */
  readonly beside: string;
}

/** The guard of a shadow without a certificate: what is there; nothing is written. */
async function guardBeside({ worker, toolPath, beside }: Unguarded, host: Host) {
  const declared = isWorkerFile(toolPath)
    ? undefined // another prompt has the guard of what was recorded
    : await declaredDomain(worker, toolPath, host);
  if (declared) return declared.reference;
  const templates = join(beside, "templates.json");
  return host.files.stat(templates) ? relative(host.cwd, templates) : undefined;
}

/** A shadow gets by without one, or with one that is out of date: the prompt answers. */
function certificateAt(
  path: string,
  request: PromoteRequest,
  { tool, host }: { readonly tool: string | undefined; readonly host: Host },
): Certificate | undefined {
  const { mode, certificate } = request;
  try {
    return readCertificate(path, host, `${request.worker} ${tool ?? "TOOL"}`);
  } catch (error) {
    if (mode === "shadow" && certificate === undefined && isLlmDoError(error)) return undefined;
    throw error;
  }
}

function comparatorOf(
  { comparator }: PromoteRequest,
  { beside, locked }: { readonly beside: string; readonly locked: LockedFunction | undefined },
  { files, cwd }: Host,
): Comparator {
  const declared = join(beside, "comparator.yaml");
  const path = comparator === undefined ? declared : resolve(cwd, comparator);
  if (comparator !== undefined || files.stat(path)) {
    if (files.stat(path)?.kind !== "file") throw noComparator(comparator ?? path);
    return parseComparator(files.readText(path), relative(cwd, path));
  }
  return readComparator(locked?.comparator ?? "exact", "the lock file's comparator");
}

/** A reference as the lock file says it. Its file is looked for where somebody may have written it. */
function relocated(
  reference: string,
  folders: readonly string[],
  { lock, host }: { readonly lock: FoundLock; readonly host: Host },
): string {
  const at = reference.lastIndexOf("#");
  const names = at < 0 ? "" : reference.slice(at);
  const file = at < 0 ? reference : reference.slice(0, at);
  const paths = folders.map((folder) => resolve(folder, file));
  const path = paths.find((candidate) => host.files.stat(candidate)) ?? paths[0] ?? reference;
  return `${lockPath(lock, path)}${names}`;
}

function noTool(worker: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "promote",
    what: worker,
    reason: "nothing says which code stands in for it",
    tries: [
      `llm-do promote ${worker} --to shadow --tool FILE.ts#TOOL`,
      `or write some: llm-do harden ${worker}`,
    ],
  });
}

function toolUnnamed(what: string, name: string): LlmDoError {
  const reason = "it does not say which tool";
  const tries = [`--tool ${what}#${name}`];
  return new LlmDoError({ code: "usage", verb: "promote", what, reason, tries });
}

function noWorker(what: string): LlmDoError {
  const tries = ["check the path"];
  return new LlmDoError({
    code: "file",
    verb: "load",
    what,
    reason: "there is no such file",
    tries,
  });
}

function noComparator(what: string): LlmDoError {
  const reason = "there is no such comparator";
  return new LlmDoError({ code: "file", verb: "read", what, reason, tries: ["check the path"] });
}
