import type { Host } from "../host/host.ts";
import type { ProviderTable } from "../providers/table/provider-table.ts";
import { checkAlternatives } from "./check/check-alternatives.ts";
import { checkContradictions, checkHeadless } from "./check/check-approvals.ts";
import { checkModels } from "./check/check-models.ts";
import { checkReach } from "./check/check-reach.ts";
import { checkAsked } from "./check/check-request.ts";
import { checkExportedSchemas, checkLinkedSchemas } from "./check/check-schemas.ts";
import { checkedProject } from "./check/checked-project.ts";
import { type Finding, Findings, type Note } from "./check/findings.ts";
import { anyFunction, linkWhatLinks } from "./check/link-what-links.ts";
import { openParts } from "./check/open-parts.ts";
import type { Project } from "./project.ts";
import { loadProjectConfig } from "./project-config.ts";

export type { Finding, Note } from "./check/findings.ts";

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
export interface OpenedProject {
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
