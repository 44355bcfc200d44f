import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { withLock } from "../../host/locks/file-lock.ts";
import { loadProject } from "../../project/load-project.ts";
import type { CaseOutcome } from "../cases/run/run-case.ts";
import type { CaseRun } from "../run/case-run.ts";
import type { AddRequest } from "./add-request.ts";
import { approvalsRemark } from "./case-approvals.ts";
import { fieldsOf } from "./case-fields.ts";
import { placeOfCase, shown } from "./case-place.ts";
import { copyRecording } from "./case-recording.ts";
import { type ChosenRun, chosenRun } from "./chosen-run.ts";
import { type Draft, draftWith, replayDraft } from "./draft.ts";
import { expectedOf } from "./expected-of.ts";
import { checkSet, doesNotReplay } from "./no-case.ts";

/** A case that was added. */
export interface AddedCase {
  /** Absolute path of its file. */
  readonly path: string;
  /** Absolute path. */
  readonly cassette: string;
  /** What there is to say of it; undefined for nothing. */
  readonly remark?: string;
}

/**
 * Makes a case of a run: its recording becomes the case's, and what it did is what the case expects.
 * The case is run in replay before it is kept; where it does not pass, nothing is changed.
 *
 * @throws LlmDoError what keeps the run from being a case
 */
export async function addCase(request: AddRequest, host: Host): Promise<AddedCase> {
  const chosen = chosenRun(request.run, host);
  checkSet(chosen);
  const { files, entry } = chosen.run;
  const project = await loadProject({ files, entry }, host);
  const { name, to } = request;
  const place = placeOfCase({ name, to, project, files }, host);
  const fields = await fieldsOf(request, { chosen, place, host });
  const probe = draftWith({ ...fields, cassette: chosen.path }, place, host);
  const observed = runOf(await replayDraft(probe, host), request.run);
  const draft = draftWith({ ...fields, expect: expectedOf(observed) }, place, host);
  await settle(draft, chosen, host);
  const remark = approvalsRemark(chosen.file);
  const added = { path: place.path, cassette: place.cassette };
  return remark === undefined ? added : { ...added, remark };
}

/** What the run did; an error that ended it is part of that, as long as a replay comes to it. */
function runOf({ run, failures }: CaseOutcome, what: string): CaseRun {
  const wrong = run ? failures.find(({ kind }) => kind !== "run") : failures[0];
  if (wrong) {
    // A run that asked for nothing may have ended before it could.
    const cause =
      wrong.kind === "vacuous" ? failures.find(({ kind }) => kind === "run") : undefined;
    throw doesNotReplay(what, cause ?? wrong);
  }
  if (!run) throw new TypeError("a case that could not be run has no failure");
  return run;
}

/** Puts the recording and the case in their places, if they pass there. */
async function settle(draft: Draft, chosen: ChosenRun, host: Host): Promise<void> {
  const { path, added } = draft;
  const takeBack = copyRecording(chosen, added.cassette, host);
  try {
    const [failure] = (await replayDraft(draft, host)).failures;
    if (failure) throw doesNotReplay(added.name, failure);
    withLock(path, host, { change: () => writeDraft(draft, host) });
  } catch (error) {
    takeBack();
    throw error;
  }
  chosen.keptIn?.remove(chosen.path);
}

/** Another process may have added a case since the file was read. */
function writeDraft({ path, before, text }: Draft, host: Host): void {
  const { files } = host;
  const now = files.stat(path) ? files.readText(path) : "";
  if (now.trim() !== (before ?? "").trim()) {
    throw new LlmDoError({
      code: "cases",
      verb: "add to",
      what: shown(path, host),
      reason: "it was changed since it was read",
      tries: ["run it again: the case is added to what it holds then"],
    });
  }
  files.write(path, text);
}
