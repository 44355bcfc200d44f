import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { JsonObject } from "../../model/json.ts";
import { loadProject } from "../../project/load-project.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { type CasePlace, relativePath } from "./case-place.ts";
import type { ChosenRun } from "./chosen-run.ts";
import { draftWith } from "./draft.ts";
import { checkAttachments, checkLocalEffects } from "./no-case.ts";

/** What a person says of a case that is to be made of a run. */
export interface AddRequest {
  /** `last`, the name of a run that is kept, or the path of a cassette. */
  readonly run: string;
  readonly name: string;
  /** The file of cases. Default: beside the file of the run's entry. */
  readonly to?: string | undefined;
  /** The folder that the case is to work in a copy of. */
  readonly workspace?: string | undefined;
  /** How the case answers effects, where not as usual. */
  readonly tools?: "recorded" | undefined;
}

/** A case as it is written. */
type CaseFields = JsonObject & { readonly name: string };

/** What a case is made from. */
interface Placed {
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

/** What a person or a policy decided in a run, by the name of the function. */
type Decided = ReadonlyMap<string, ReadonlySet<boolean>>;

/**
 * What a case says of approvals: the decisions of its recording as a map, so that it can be recorded
 * anew without a person. A map has one answer for each function; where a run has both for one,
 * `recorded` stays, which answers in a replay only. Undefined where nothing was decided.
 */
function approvalsOf(file: CassetteFile): "recorded" | JsonObject | undefined {
  const decided = decisionsOf(file);
  if (decided.size === 0) return undefined;
  if (mixed(decided).length > 0) return "recorded";
  return Object.fromEntries(
    [...decided].map(([tool, answers]) => [tool, answers.has(true) ? "allow" : "deny"]),
  );
}

/** What there is to say of the approvals of a case; undefined for nothing. */
export function approvalsRemark(file: CassetteFile): string | undefined {
  const both = mixed(decisionsOf(file));
  if (both.length === 0) return undefined;
  return `its approvals are those on record, since ${both.join(", ")} was both allowed and denied: that holds in replay. To record it anew, write approvals: approve-all, reject-all or a map into the case`;
}

function decisionsOf(file: CassetteFile): Decided {
  const decided = new Map<string, Set<boolean>>();
  for (const slice of file.slices.filter(({ kind }) => kind === "decision")) {
    const { tool, allowed } = file.fields(slice);
    const answers = decided.get(String(tool)) ?? new Set();
    decided.set(String(tool), answers.add(allowed === true));
  }
  return decided;
}

function mixed(decided: Decided): readonly string[] {
  return [...decided].filter(([, answers]) => answers.size > 1).map(([tool]) => tool);
}
