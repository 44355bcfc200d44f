import { join } from "node:path";
import { BlobFolder } from "../../cassette/file/blob-folder.ts";
import { HEADER, headerLength } from "../../cassette/file/format.ts";
import { encodeRun, type RecordedRun } from "../../cassette/file/header.ts";
import { writeYaml } from "../../cassette/file/yaml/write-yaml.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { withLock } from "../../host/locks/file-lock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { loadProject } from "../../project/load-project.ts";
import { isMatcher } from "../cases/file/value-matcher.ts";
import type { CaseOutcome } from "../cases/run/run-case.ts";
import type { CallRecord, CaseRun } from "../run/case-run.ts";
import { type AddRequest, approvalsRemark, fieldsOf } from "./case-fields.ts";
import { placeOfCase, shown } from "./case-place.ts";
import { type ChosenRun, chosenRun } from "./chosen-run.ts";
import { type Draft, draftWith, replayDraft } from "./draft.ts";
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

/**
 * Copies a run's recording to where a case has it: its entries to the letter, its binary content,
 * and a header that names the run's files from there.
 *
 * @returns what takes the copy away again
 * @throws LlmDoError `cassette-refused` when something stands there
 */
function copyRecording({ path, file, run }: ChosenRun, to: string, host: Host): () => void {
  const { files, scratch } = host;
  if (to === path) return () => undefined;
  if (files.kindAt(to)) throw taken(to, host);
  new BlobFolder(to, files).check();
  const takeBack = () => {
    files.remove(to);
    scratch.remove(`${to}.blobs`);
  };
  const whole = file.text.slice(0, file.text.length - file.tornTail.length);
  try {
    for (const [name, bytes] of blobsOf(path, host)) files.write(join(`${to}.blobs`, name), bytes);
    files.write(to, withRun(whole, run, to));
  } catch (error) {
    takeBack();
    throw error;
  }
  return takeBack;
}

/** Approvals, tools and limits are the case's own from now on. */
function withRun(text: string, run: RecordedRun, path: string): string {
  const entries = text.slice(headerLength(text));
  const { files, entry, input, model, set } = run;
  return (
    HEADER + writeYaml({ run: encodeRun({ files, entry, input, model, set }, path) }) + entries
  );
}

function blobsOf(path: string, { files }: Host): readonly (readonly [string, Uint8Array])[] {
  const folder = `${path}.blobs`;
  if (files.kindAt(folder) !== "directory") return [];
  return files.list(folder).map((name) => [name, files.readBytes(join(folder, name))]);
}

function taken(path: string, host: Host): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "add",
    what: shown(path, host),
    reason: "a recording is there already, and no case has it",
    tries: ["remove it, if nobody needs it", "or give the case another name"],
  });
}

/** Most characters of an input that a call is expected with: more is read as noise. */
const MOST_CHARACTERS = 60;

/** What a run did, as a case expects it; a beginning that a person edits. */
export function expectedOf(run: CaseRun): JsonObject {
  const calls = callsOf(run.calls);
  return { ...endingOf(run), ...(calls.length === 0 ? {} : { calls }) };
}

function endingOf({ error, exitCode, output }: CaseRun): JsonObject {
  if (error) return { exit_code: exitCode, error: { code: error.code } };
  return { output: asMatcher(output ?? null) };
}

/** One expectation for each function that was called, in the order of their first calls. */
function callsOf(calls: readonly CallRecord[]): readonly JsonObject[] {
  const byName = Map.groupBy(calls, (call) => call.function);
  return [...byName].map(([name, [first, ...others]]) => {
    const input = others.length === 0 ? shortInput(first?.input) : undefined;
    const said = input === undefined ? {} : { input };
    return { function: name, ...said, times: others.length + 1 };
  });
}

function shortInput(input: Json | undefined): Json | undefined {
  if (input === undefined || JSON.stringify(input).length > MOST_CHARACTERS) return undefined;
  return asMatcher(input);
}

/** A value that is read as itself and not as a map of matchers. */
function asMatcher(value: Json): Json {
  return value === null || holdsMatcher(value) ? { equals: value } : value;
}

function holdsMatcher(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  if (isMatcher(Object.keys(value))) return true;
  return Object.values(value).some(holdsMatcher);
}
