import { dirname, join, relative, resolve } from "node:path";
import type { Certificate } from "../../certificate/certificate.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { AnswerMode } from "../../functions/answer-mode.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { loadProject } from "../../project/load-project.ts";
import { codeReference } from "../../project/lock/code-reference.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import {
  type FoundLock,
  findLock,
  lockedFunction,
  lockPath,
  withFunction,
} from "../../project/lock/lock-store.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import { type Comparator, describeComparator } from "../agree/comparator.ts";
import { parseComparator } from "../agree/declared-comparator.ts";
import { readComparator } from "../agree/read-comparator.ts";

/** What is asked of a swap; paths are relative to the current folder. */
export interface SwapRequest {
  readonly worker: string;
  readonly mode: AnswerMode;
  /** Default: what the lock file says, else the certificate. */
  readonly tool?: string | undefined;
  /** Default: what the lock file says, else `hardening/NAME/certificate.json` beside the worker. */
  readonly certificate?: string | undefined;
  /** Default: `hardening/NAME/comparator.yaml` beside the worker, else what the lock file says. */
  readonly comparator?: string | undefined;
  readonly share?: number | undefined;
  /** Further files of the project. Default: what the lock file says. */
  readonly with?: readonly string[] | undefined;
  /** Default: the folders where recordings are kept. */
  readonly recordings?: readonly string[] | undefined;
  /** For a worker that names none. */
  readonly model?: string | undefined;
}

/** A function of which somebody wants to know whether code may answer. */
export interface SwapSubject {
  readonly lock: FoundLock;
  /** Absolute path of the worker's file. */
  readonly workerPath: string;
  /** What the lock file says so far. */
  readonly locked: LockedFunction | undefined;
}

/** What a swap would write, and what has to be true before. */
export interface SwapPlan {
  readonly entry: LockedFunction;
  readonly worker: WorkerFunction;
  readonly certificate: Certificate;
  readonly comparator: Comparator;
}

/** @throws LlmDoError `usage` when it is no worker's file; `configuration` for a wrong lock file */
export function swapSubject(worker: string, host: Host): SwapSubject {
  const workerPath = resolve(host.cwd, worker);
  if (!worker.endsWith(WORKER_EXTENSION)) {
    throw new LlmDoError({
      code: "usage",
      verb: "swap",
      what: worker,
      reason: "it is not the file of a worker",
      tries: ["name the prompt's file, as in from_name.worker, and the code with --tool"],
    });
  }
  const lock = findLock(dirname(workerPath), host);
  return { lock, workerPath, locked: lockedFunction(lock, workerPath) };
}

/**
 * Finds all that a swap is about, from the request, the lock file and the certificate, in this order.
 *
 * @throws LlmDoError `file`, `worker`, `project` or `configuration` for what is missing or wrong
 */
export async function planSwap(
  request: SwapRequest,
  subject: SwapSubject,
  host: Host,
): Promise<SwapPlan> {
  const { lock, workerPath, locked } = subject;
  const { files, cwd } = host;
  if (files.stat(workerPath)?.kind !== "file") throw noWorker(request.worker);
  const { name } = parseWorker(files.readText(workerPath), request.worker);
  const beside = join(dirname(workerPath), "hardening", name);
  const top = dirname(lock.path);
  const certificatePath =
    request.certificate !== undefined
      ? resolve(cwd, request.certificate)
      : locked
        ? resolve(top, locked.certificate)
        : join(beside, "certificate.json");
  const certificate = readCertificate(certificatePath, host);
  const folders = [cwd, dirname(workerPath), top];
  const inLock = (reference: string) => relocated(reference, folders, { lock, host });
  const tool = request.tool ?? locked?.tool ?? certificate.tool;
  const comparator = comparatorOf(request, { beside, locked }, host);
  const entry: LockedFunction = {
    worker: lockPath(lock, workerPath),
    name,
    mode: request.mode,
    tool: request.tool === undefined && locked ? locked.tool : inLock(tool),
    domain: certificate.domain === undefined ? undefined : inLock(certificate.domain),
    certificate: lockPath(lock, certificatePath),
    with: request.with?.map((file) => lockPath(lock, resolve(cwd, file))) ?? locked?.with,
    share: request.share ?? locked?.share,
    comparator: describeComparator(comparator),
  };
  return { entry, certificate, comparator, worker: await lockedWorker(entry, lock, host) };
}

/** The worker of an entry, linked, whatever its code is worth. */
export async function lockedWorker(
  entry: LockedFunction,
  lock: FoundLock,
  host: Host,
): Promise<WorkerFunction> {
  const inFolder = (path: string) => relative(host.cwd, resolve(dirname(lock.path), path));
  const files = [entry.worker, ...(entry.with ?? [])].map(inFolder);
  const prompting = withFunction(lock.lock, { ...entry, mode: "prompt" });
  const source = { files, anyEntry: true, lock: { path: lock.path, lock: prompting } };
  const { space } = await loadProject(source, host);
  const worker = space.get(entry.name);
  if (worker?.kind === "worker") return worker;
  throw new TypeError(`a worker "${entry.name}" was loaded and is not there`);
}

function comparatorOf(
  { comparator }: SwapRequest,
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
  const names = reference.slice(reference.lastIndexOf("#"));
  const paths = folders.map((folder) => codeReference(reference, folder).path);
  const path = paths.find((candidate) => host.files.stat(candidate)) ?? paths[0] ?? reference;
  return `${lockPath(lock, path)}${names}`;
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
