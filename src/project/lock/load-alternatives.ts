import { dirname, isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { DEFAULT_CHECK, DEFAULT_SHARE } from "../../functions/answer-mode.ts";
import type { Hardened } from "../../functions/hardened.ts";
import type { Alternative, Candidate, WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { DEFAULT_FALSE_ALARM_EVERY, UNCERTIFIED_TOLERATED } from "../../statistics/detector.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import type { Found, FoundExports } from "../load/found-exports.ts";
import { isWorkerFile } from "../project-files.ts";
import { shown } from "../project-paths.ts";
import type { GrowingProject } from "./candidate-worker.ts";
import { checkPure, codeReference, loadDomain, loadStandInTool } from "./code-reference.ts";
import type { LockedFunction } from "./lock-file.ts";
import { type FoundLock, findLock, lockedFunction } from "./lock-store.ts";

/** Which code stands beside which prompts of a project. */
export interface Alternatives {
  /** By absolute path of the worker's file; those of workers that their prompt answers are not in it. */
  readonly byWorker: ReadonlyMap<string, AlternativeMaker>;
  /** Tools that are the code of a worker, whoever answers at present. */
  readonly standIns: readonly StandIn[];
  /** Absolute paths of files that are there for a candidate alone: no run starts with what they hold. */
  readonly added: ReadonlySet<string>;
}

/**
 * Makes an alternative once the project's workers are known: one of them may be the candidate.
 *
 * @param workerAt the worker of a file, by its absolute path
 */
type AlternativeMaker = (workerAt: (path: string) => WorkerFunction | undefined) => Alternative;

export interface StandIn {
  /** The worker's name, which the tool is called by as well. */
  readonly worker: string;
  /** Absolute path of the code file. */
  readonly path: string;
  readonly toolset: string | undefined;
  /** The tool's own name. */
  readonly tool: string;
}

interface AlternativesInput {
  readonly workers: readonly WorkerDefinition[];
  readonly found: FoundExports;
  /** The project's folder, absolute. */
  readonly folder: string;
  /** In the place of the lock file that is there. */
  readonly lock?: FoundLock | undefined;
}

interface LoadedAlternatives {
  /** With those that only `hardened()` or the lock file names. */
  readonly workers: readonly WorkerDefinition[];
  /** With the files that the lock file names for a candidate. */
  readonly found: FoundExports;
  readonly alternatives: Alternatives;
}

/**
 * Loads the code that a project's lock file, or `hardened()` in its code, puts beside its prompts.
 *
 * @throws LlmDoError `configuration` for a lock file that is wrong, `project` for code that is not
 * there or may not stand in for a prompt, `code` for a file that does not load
 */
export async function loadAlternatives(
  input: AlternativesInput,
  host: Host,
): Promise<LoadedAlternatives> {
  const { found, folder, lock = findLock(folder, host) } = input;
  const declared = new Map<string, Found<Hardened>>();
  const workers = [...input.workers];
  const growing: GrowingProject = { workers, added: new Set(), found };
  for (const one of found.hardened) declared.set(declaredWorker(one, workers, host), one);
  const byWorker = new Map<string, AlternativeMaker>();
  const standIns: StandIn[] = [];
  for (const worker of [...workers]) {
    const path = resolve(host.cwd, worker.file);
    const locked = lockedFunction(lock, path);
    if (locked) {
      checkLockedName(locked, worker, lock);
      if (!isWorkerFile(locked.tool)) standIns.push(standInOf(locked, dirname(lock.path)));
    }
    const alternative = locked
      ? await lockedAlternative(locked, { lock, project: growing }, host)
      : declaredAlternative(declared.get(path));
    if (alternative) byWorker.set(path, alternative);
  }
  const alternatives = { byWorker, standIns, added: growing.added };
  return { workers, found: growing.found, alternatives };
}

function standInOf({ name, tool: reference }: LockedFunction, folder: string): StandIn {
  const { path, toolset, name: tool } = codeReference(reference, folder);
  return { worker: name, path, toolset, tool };
}

async function lockedAlternative(
  locked: LockedFunction,
  { lock, project }: { readonly lock: FoundLock; readonly project: GrowingProject },
  host: Host,
): Promise<AlternativeMaker | undefined> {
  const { mode, tool, domain, share = DEFAULT_SHARE, comparator = "exact" } = locked;
  if (mode === "prompt") return undefined;
  const { check = DEFAULT_CHECK[mode], falseAlarmEvery = DEFAULT_FALSE_ALARM_EVERY } = locked;
  const place = placeIn(locked, lock, host);
  const folder = dirname(lock.path);
  const scope = { folder, place, host };
  const { files, cwd } = host;
  // Computing a certificate again takes statistics, which other runs do not load.
  const { certificateProblem } = await import("./certified.ts");
  const { toleratedShareOf } = await import("./tolerated-share.ts");
  const candidateOf = isWorkerFile(tool)
    ? // Few lock files name another worker.
      await (await import("./candidate-worker.ts")).addCandidate(locked, project, scope)
    : always({ kind: "tool", tool: await loadStandInTool(tool, scope) } as const);
  const parts = { mode, share, check, comparator, place };
  const guard = domain === undefined ? undefined : await loadDomain(domain, scope);
  return (workerAt) => ({
    ...parts,
    domain: guard,
    get candidate() {
      return candidateOf(workerAt); // workers are linked when the first call asks
    },
    get alarm() {
      // Asked for where a comparison is to be counted: only if the certificate has no problem.
      const tolerated = toleratedShareOf(locked, { folder, files, cwd });
      return tolerated === undefined ? undefined : { tolerated, falseAlarmEvery };
    },
    problem: once((worker) => {
      const made = candidateOf(workerAt);
      const candidate = made.kind === "worker" ? made.worker : undefined;
      return certificateProblem(locked, worker, { folder, files, cwd, candidate });
    }),
  });
}

type CandidateMaker = (...given: Parameters<AlternativeMaker>) => Candidate;

function always(candidate: Candidate): CandidateMaker {
  return () => candidate;
}

/** Code that a person declared answers on that person's word. */
function declaredAlternative(one: Found<Hardened> | undefined): AlternativeMaker | undefined {
  if (!one) return undefined;
  const { mode, code, domain, compare: comparator, share, check, falseAlarmEvery } = one.value;
  if (mode === "prompt") return undefined;
  const place = { file: one.file };
  const tool = checkPure(code, one.name, { place });
  const alarm = { tolerated: UNCERTIFIED_TOLERATED, falseAlarmEvery };
  const problem = () => undefined;
  const candidate = { kind: "tool", tool } as const;
  const made = { mode, candidate, domain, share, check, comparator, alarm, place, problem };
  return () => made;
}

/** A project does not change while it is loaded, so one look at its files is enough. */
function once(problemOf: (worker: WorkerFunction) => string | undefined): Alternative["problem"] {
  let known: { readonly problem: string | undefined } | undefined;
  return (worker) => {
    known ??= { problem: problemOf(worker) };
    return known.problem;
  };
}

/** The path of the worker that an export names; it is added to the workers if it is not there. */
function declaredWorker(
  { name, file, value }: Found<Hardened>,
  workers: WorkerDefinition[],
  host: Host,
): string {
  const path = promptPath(value.prompt, dirname(resolve(host.cwd, file)));
  let worker = workers.find((one) => resolve(host.cwd, one.file) === path);
  if (!worker) {
    if (host.files.stat(path)?.kind !== "file") {
      const reason = `its prompt ${shown(path, host)} is no file`;
      throw wrongDeclaration(
        { name, file },
        reason,
        "write it relative to the file that exports it",
      );
    }
    worker = parseWorker(host.files.readText(path), shown(path, host));
    workers.push(worker);
  }
  if (worker.name !== name) {
    const reason = `it is exported as "${name}", and its worker is called "${worker.name}"`;
    throw wrongDeclaration(
      { name, file },
      reason,
      "callers know it by one name: use that of the worker",
    );
  }
  return path;
}

function promptPath(prompt: string | URL, folder: string): string {
  if (prompt instanceof URL) return fileURLToPath(prompt);
  if (prompt.startsWith("file:")) return fileURLToPath(prompt);
  return isAbsolute(prompt) ? prompt : resolve(folder, prompt);
}

function wrongDeclaration(
  { name, file }: { readonly name: string; readonly file: string },
  reason: string,
  hint: string,
): LlmDoError {
  const place = { file };
  return new LlmDoError({ code: "code", verb: "load", what: name, reason, place, tries: [hint] });
}

function placeIn({ place }: LockedFunction, lock: FoundLock, host: Host) {
  return { ...place, file: shown(lock.path, host) };
}

function checkLockedName(locked: LockedFunction, worker: WorkerDefinition, lock: FoundLock): void {
  if (locked.name === worker.name) return;
  throw new LlmDoError({
    code: "project",
    verb: "load",
    what: worker.file,
    reason: `the lock file calls it "${locked.name}", and it calls itself "${worker.name}"`,
    place: locked.place ?? { file: lock.path },
    tries: ["correct name there, or write it anew with llm-do promote"],
  });
}
