import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { JsonObject } from "../../model/json.ts";
import { loadProject } from "../../project/load-project.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import type { AddRequest } from "./add-request.ts";
import { approvalsOf } from "./case-approvals.ts";
import { type CasePlace, relativePath } from "./case-place.ts";
import type { ChosenRun } from "./chosen-run.ts";
import { draftWith } from "./draft.ts";
import { checkAttachments, checkLocalEffects } from "./no-case.ts";

/** A case as it is written. */
export type CaseFields = JsonObject & { readonly name: string };

/** What a case is made from. */
export interface Placed {
  readonly chosen: ChosenRun;
  readonly place: CasePlace;
  readonly host: Host;
}

/** The case but for what it expects. */
export async function fieldsOf(request: AddRequest, placed: Placed): Promise<CaseFields> {
  const { chosen, place, host } = placed;
  const { run, file } = chosen;
  const { name, workspace, tools } = request;
  checkAttachments(chosen, workspace && resolve(host.cwd, workspace), host);
  const approvals = approvalsOf(file);
  const fields = {
    ...(run.model === undefined ? {} : { model: run.model }),
    input: run.input,
    ...(workspace === undefined ? {} : { workspace: inCase(workspace, placed) }),
    ...(tools === undefined ? {} : { tools }),
    ...(approvals === undefined ? {} : { approvals }),
  };
  const { added: alone } = draftWith({ name, ...fields }, place, host);
  checkLocalEffects(chosen, alone);
  return { name, ...(await projectFields(alone, placed)), ...fields };
}

/** What the case has to say of its project, where the file's name and what it says for all differ. */
async function projectFields(
  alone: TestCase,
  { chosen: { run }, place, host }: Placed,
): Promise<JsonObject> {
  const named = run.files.map((file) => relativePath(dirname(place.path), file));
  const [only = ""] = named;
  const isOneWorker = named.length === 1 && only.endsWith(WORKER_EXTENSION);
  const project = isOneWorker ? { worker: only } : { files: named };
  const entry = alone.entry ?? (await usualEntry(run.files, host));
  return {
    ...(isDeepStrictEqual(alone.files, run.files) ? {} : project),
    ...(entry === run.entry ? {} : { entry: run.entry }),
  };
}

/** The entry of a project that is told none; undefined where there is none then. */
async function usualEntry(files: readonly string[], host: Host): Promise<string | undefined> {
  try {
    return (await loadProject({ files }, host)).entry.name;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return undefined;
  }
}

function inCase(path: string, { place, host }: Placed): string {
  return relativePath(dirname(place.path), resolve(host.cwd, path));
}
