import { dirname, extname, resolve } from "node:path";
import type { Host } from "../../host/host.ts";
import type { ProviderTable } from "../../providers/table/provider-table.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import { loadProjectConfig } from "../config/project-config.ts";
import { codeWorkers } from "../load/code-workers.ts";
import { exportSource, type FoundExports, findExports, NO_EXPORTS } from "../load/found-exports.ts";
import { loadCodeFile } from "../load/load-code-file.ts";
import { loadAlternatives } from "../lock/load-alternatives.ts";
import type { Project } from "../project.ts";
import { checkFile, WORKER_EXTENSION } from "../project-files.ts";
import { checkContradictions, checkHeadless } from "./check-approvals.ts";
import { checkAsked } from "./check-asked.ts";
import { checkModels } from "./check-models.ts";
import { checkReach } from "./check-reach.ts";
import { checkExportedSchemas, checkLinkedSchemas } from "./check-schemas.ts";
import { type CheckedProject, checkedProject } from "./checked-project.ts";
import { type Finding, Findings, type Note } from "./findings.ts";
import { anyFunction, linkWhatLinks, type OpenedParts } from "./link-what-links.ts";

export { type Finding, foundWrong, type Note } from "./findings.ts";

export interface CheckRequest {
  /** Paths of `.worker` and code files; the folder of the first is the project's folder. */
  readonly files: readonly string[];
  /** Default: the worker that says `entry: true`, else `main`, else the only function. */
  readonly entry?: string | undefined;
  /** The entry's model, in place of its own. */
  readonly model?: string | undefined;
  /** Whether nobody will be there to ask, so that a tool that always asks is wrong. */
  readonly headless?: boolean | undefined;
}

/** What `check` finds. */
export interface CheckReport {
  /** By file, line and column. */
  readonly findings: readonly Finding[];
  /** What is right and reaches a model in another way than it was written. */
  readonly notes: readonly Note[];
  /** How many functions the project has, as far as it could be linked. */
  readonly functions: number;
}

/**
 * Finds everything that can be known wrong of a project before a model is asked, in one pass: a file
 * that does not load hides nothing of the others, a name that does not resolve nothing of the next.
 * What only may be wrong is not found: what a broken file might hold is given the benefit of the
 * doubt. Asks no model, needs no key; code files are imported, as they are to run.
 */
export async function checkProject(request: CheckRequest, host: Host): Promise<CheckReport> {
  const findings = new Findings(host.cwd);
  const opened = await openParts({ files: request.files, entry: request.entry }, host, findings);
  const extra = extraProviders(opened.parts.folder, host, findings);
  const found = checkExportedSchemas(opened.parts.found, host, findings);
  const parts = { ...opened.parts, found };
  checkContradictions(parts.workers, host, findings);
  const linked = await linkWhatLinks({ ...opened, parts }, host, findings);
  const checked = checkedProject(linked, host, findings);
  if (!checked) return { findings: findings.sorted(), notes: [], functions: 0 };
  checkLinkedSchemas(checked);
  checkReach(checked);
  checkAlternatives(checked);
  if (request.headless === true) checkHeadless(checked);
  const fallback = host.env["LLM_DO_MODEL"];
  for (const asked of checkModels(checked, { flag: request.model, fallback, extra })) {
    await checkAsked(checked, asked);
  }
  const notes = findings.sortedNotes();
  return { findings: findings.sorted(), notes, functions: checked.project.space.size };
}

/** What {@link openAnyhow} gives. */
interface OpenedProject {
  /** Undefined when nothing could be linked. */
  readonly project: Project | undefined;
  readonly findings: readonly Finding[];
}

/** Loads and links files that need no entry, with everything that keeps them from it. */
export async function openAnyhow(files: readonly string[], host: Host): Promise<OpenedProject> {
  const findings = new Findings(host.cwd);
  const opened = await openParts({ files, entry: undefined }, host, findings);
  const found = checkExportedSchemas(opened.parts.found, host, findings);
  const parts = { ...opened.parts, found, entry: anyFunction(opened.parts) };
  const { project } = await linkWhatLinks({ ...opened, parts }, host, findings);
  return { project, findings: findings.sorted() };
}

/** The servers of `llm-do.yaml`; undefined where it is wrong, which is a finding. */
function extraProviders(folder: string, host: Host, findings: Findings): ProviderTable | undefined {
  try {
    return loadProjectConfig(folder, host.files).providers;
  } catch (error) {
    findings.addError(error, { file: folder });
    return undefined;
  }
}

interface PartsSource {
  readonly files: readonly string[];
  readonly entry: string | undefined;
}

/** Loads every file by itself, so that one that is wrong hides nothing of the others. */
async function openParts(
  { files, entry }: PartsSource,
  host: Host,
  findings: Findings,
): Promise<OpenedParts> {
  const workers: WorkerDefinition[] = [];
  let found: FoundExports = NO_EXPORTS;
  const broken = new Map<string, string>();
  const seen = new Set<string>();
  for (const file of files) {
    let text = "";
    try {
      const path = checkFile(file, host);
      if (seen.has(path)) continue;
      seen.add(path);
      text = host.files.readText(path);
      if (extname(path) === WORKER_EXTENSION) workers.push(parseWorker(text, file));
      else found = findExports(await loadCodeFile(path, host), exportSource(path, host), found);
    } catch (error) {
      broken.set(file, text);
      findings.addUnreadable(error, file);
    }
  }
  const first = files[0] ?? ".";
  const folder = dirname(resolve(host.cwd, first));
  const made = codeWorkers({ found: found.workers }, host, (error, left) => {
    findings.addError(error, { file: left.file });
    broken.set(left.file, `${broken.get(left.file) ?? ""} ${left.name}`);
  });
  workers.push(...made);
  const parts = { workers, found, folder, cwd: host.cwd, entry };
  try {
    return { parts: { ...parts, ...(await loadAlternatives(parts, host)) }, first, broken };
  } catch (error) {
    findings.addError(error, { file: first });
    return { parts, first, broken };
  }
}

/** Finds code that is to answer in a prompt's place and may not, because something has changed. */
function checkAlternatives({ workers, findings }: CheckedProject): void {
  for (const { linked } of workers) {
    const { name, alternative } = linked;
    const problem = alternative?.problem(linked);
    if (!alternative || problem === undefined) continue;
    findings.add({
      code: "configuration",
      place: alternative.place,
      problem: `the prompt of "${name}" answers, not its code: ${problem}`,
      tries: [
        "llm-do compare makes a new certificate, and llm-do promote takes it",
        `or say that the prompt answers: llm-do promote ${linked.file} --to prompt`,
      ],
    });
  }
}
